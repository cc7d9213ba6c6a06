// What a server and its handles (event types, recipients, replies) share: it lives as long as the last of them.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "log/event_log.hpp"
#include "log/watchers.hpp"
#include "net/clock.hpp"
#include "net/mailbox.hpp"
#include "net/waker.hpp"
#include "pushwire/session.hpp"
#include "server/dispatcher.hpp"
#include "session/service.hpp"

namespace pushwire {

struct CoreSettings {
  log::LogLimits log;
  session::ServiceLimits sessions;
  Dispatcher::Where where = Dispatcher::Where::workers;
  std::function<void(Dispatcher::Task)> host;
  std::size_t workers = 4;
  std::size_t page_workers = 4;
  LogCallback complain;
};

struct Core : std::enable_shared_from_this<Core> {
  static std::shared_ptr<Core> make(const Epoch& epoch, const CoreSettings& settings);
  Core(const Epoch& epoch, const CoreSettings& settings);

  net::SystemClock clock;
  log::EventLog log;
  log::Watchers watchers;
  net::Waker waker;
  net::Mailbox mailbox;
  // Runs nothing any more once the server is gone. What posts to it shares it, and may be left over for a moment.
  const std::shared_ptr<Dispatcher> dispatcher;
  const std::shared_ptr<Dispatcher> judges;  // of who asks: handlers that take their time do not hold them up
  const std::shared_ptr<Dispatcher> pages;   // likewise
  session::Service sessions;
  const std::shared_ptr<session::Strand> callbacks;  // of event types, one after the other
  std::atomic<bool> detached{false};                 // the server is gone

  // Handlers and callbacks run no more once this has returned, but for one that it is called from; handles do nothing.
  void close() noexcept;

  using Watched = std::function<void(bool)>;
  // Replaces a type's callback; an empty one ends the calls.
  void set_on_watch(log::TypeId type, Watched callback);
  // The type's watched() may differ from what its callback was told: calls it soon.
  void tell_watched(log::TypeId type);

  using Presence = std::function<void(const Session&)>;
  void set_on_join(Presence callback) { set_presence(on_join_, std::move(callback)); }
  void set_on_leave(Presence callback) { set_presence(on_leave_, std::move(callback)); }

  EmitStatus append_private(session::Record& record, log::TypeId type, bool keyed, std::string_view key,
                            std::string_view payload, Event::Payload format) noexcept;
  EmitStatus erase_private(session::Record& record, log::TypeId type, std::string_view key) noexcept;

 private:
  // A type's callback and what it knows. At most one call of it is due at a time, and says what holds when it runs: what
  // clients do cannot pile calls up.
  struct Watch {
    std::shared_ptr<const Watched> callback;
    bool told = false;
    bool due = false;
  };
  using PresencePtr = std::shared_ptr<const Presence>;

  void call_on_watch(log::TypeId type);
  void set_presence(PresencePtr& which, Presence callback);
  void tell_presence(const PresencePtr& which, const session::RecordPtr& record);
  session::Sessions::Hooks hooks();
  log::PrivateEventsPtr private_events(session::Record& record);

  std::mutex callbacks_mutex_;
  std::unordered_map<log::TypeId, Watch> on_watch_;
  PresencePtr on_join_;
  PresencePtr on_leave_;
};

namespace detail {

struct Channel {
  std::shared_ptr<Core> core;
  log::TypeId type = 0;
  bool ages = false;  // its events end with time, which the reactor must be awake for
};

struct Addressee {
  std::shared_ptr<Core> core;
  session::RecordPtr record;
};

}  // namespace detail
}  // namespace pushwire
