// One conversation's reading of the log: where it stands, and how what it reads becomes bytes of its connection.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "log/event_log.hpp"
#include "net/cohorts.hpp"
#include "net/encoded_events.hpp"
#include "net/framing.hpp"
#include "net/heartbeat.hpp"
#include "pushwire/transport.hpp"
#include "session/record.hpp"

namespace pushwire::net {

class Connection;
class Hub;

class Reader {
 public:
  struct Setup {
    Format format;
    Framing framing = Framing::none;
    Heartbeat heartbeat;  // of a stream
    log::SubscriptionPtr subscription;
    log::Place place;
    std::unique_ptr<Conversation> conversation;
    session::RecordPtr record;  // null: nobody in particular
    session::IdentityPtr identity;
  };

  Reader(Connection& connection, Setup setup);
  virtual ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Reads one batch and sends it. To be called when nothing of the connection is pending and the reader is in no
  // cohort. Afterwards it has joined one, is queued to go on, waits for its socket, or is over.
  virtual void pump() = 0;
  // Its cohort has news: for held readers, which answer by themselves.
  virtual void wake() {}
  // A handler of its session has ended: what the client's cursor lacks up to now is to be told, since a reply waits.
  virtual void nudge() = 0;
  // What its client may see has changed: it is to come back as a newcomer.
  virtual void rights_changed() = 0;
  // Event types were added that only some may see.
  void look_again();

  Conversation& conversation() noexcept { return *conversation_; }
  const Transport& transport() const noexcept;
  Connection& connection() noexcept { return connection_; }
  Format format() const noexcept { return format_; }
  Framing framing() const noexcept { return framing_; }
  Heartbeat heartbeat() const noexcept { return heartbeat_; }
  const log::SubscriptionPtr& subscription() const noexcept { return subscription_; }
  bool in_cohort() const noexcept { return cohort_ != nullptr; }
  const session::RecordPtr& record() const noexcept { return record_; }
  const session::IdentityPtr& identity() const noexcept { return identity_; }

 protected:
  friend class Cohorts;
  friend class Hub;

  Hub& hub() const noexcept;
  Cursor cursor(Sequence sequence) const noexcept;
  // Reads this from now on; it is in no cohort.
  void read_instead(log::SubscriptionPtr subscription);
  // The session's own events; null where there are none.
  log::PrivateEventsPtr own() const;
  void attach(session::RecordPtr record);
  // Whether the session's client has a reply that it cannot hand over before its cursor has passed `at`.
  bool reply_waits(Sequence at) const;

  Connection& connection_;
  Format format_;
  Framing framing_;
  Heartbeat heartbeat_;
  log::SubscriptionPtr subscription_;
  log::Place place_;  // while in a cohort of streams: the hub's horizon instead
  std::unique_ptr<Conversation> conversation_;
  session::RecordPtr record_;
  session::IdentityPtr identity_;
  Cohort* cohort_ = nullptr;
  std::uint32_t slot_ = 0;
  bool queued_ = false;  // in the hub's list of readers to go on
};

}  // namespace pushwire::net
