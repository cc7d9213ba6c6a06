// What a server and its event handles share: it lives as long as the last of them.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "log/event_log.hpp"
#include "log/watchers.hpp"
#include "net/clock.hpp"
#include "net/waker.hpp"
#include "server/callback_thread.hpp"

namespace pushwire {

struct Core : std::enable_shared_from_this<Core> {
  Core(const Epoch& epoch, const log::LogLimits& limits, const LogCallback& log_callback)
      : log(epoch, limits), callbacks(std::make_unique<CallbackThread>(log_callback)) {}

  net::SystemClock clock;
  log::EventLog log;
  log::Watchers watchers;
  net::Waker waker;
  std::atomic<bool> detached{false};  // the server is gone

  std::mutex callbacks_mutex;
  std::unique_ptr<CallbackThread> callbacks;  // null once the server is gone

  // A type's callback and what it knows. At most one call of it is due at a time, and says what holds when it runs: what
  // clients do cannot pile calls up.
  struct Watch {
    std::shared_ptr<const std::function<void(bool)>> callback;
    bool told = false;
    bool due = false;
  };
  std::unordered_map<log::TypeId, Watch> on_watch;

  // The type's watched() may differ from what its callback was told: calls it soon, on the callback thread.
  void tell_watched(log::TypeId type);
  // Replaces the callback; an empty one ends the calls.
  void set_on_watch(log::TypeId type, std::function<void(bool)> callback);

 private:
  void call_on_watch(log::TypeId type);
};

namespace detail {

struct Channel {
  std::shared_ptr<Core> core;
  log::TypeId type = 0;
  bool ages = false;  // its events end with time, which the reactor must be awake for
};

}  // namespace detail
}  // namespace pushwire
