#include "net/reader.hpp"

#include <utility>

#include "net/connection.hpp"
#include "net/hub.hpp"

namespace pushwire::net {

Reader::Reader(Connection& connection, Setup setup)
    : connection_(connection),
      format_(setup.format),
      framing_(setup.framing),
      heartbeat_(setup.heartbeat),
      subscription_(std::move(setup.subscription)),
      place_(std::move(setup.place)),
      conversation_(std::move(setup.conversation)),
      identity_(std::move(setup.identity)) {
  if (setup.record) attach(std::move(setup.record));
  hub().watchers().join(subscription_);
  Counters::add(hub().counters().conversations[format_.transport]);
}

Reader::~Reader() {
  hub().forget(*this);
  if (record_) hub().audience().leave(*this);
  hub().watchers().leave(subscription_);
  Counters::subtract(hub().counters().conversations[format_.transport]);
}

Hub& Reader::hub() const noexcept { return connection_.hub(); }

const Transport& Reader::transport() const noexcept { return *hub().transports()[format_.transport]; }

Cursor Reader::cursor(Sequence sequence) const noexcept { return {hub().log().epoch(), sequence}; }

void Reader::attach(session::RecordPtr record) {
  record_ = std::move(record);
  try {
    hub().audience().join(*this);
  } catch (...) {
    record_.reset();
    throw;
  }
}

log::PrivateEventsPtr Reader::own() const {
  if (!record_) return nullptr;
  const std::lock_guard lock(record_->mutex);
  return record_->events;
}

bool Reader::reply_waits(Sequence at) const {
  if (!record_) return false;
  const std::lock_guard lock(record_->mutex);
  return record_->replied_to > at;
}

void Reader::read_instead(log::SubscriptionPtr subscription) {
  hub().watchers().join(subscription);
  hub().watchers().leave(subscription_);
  subscription_ = std::move(subscription);
  // What was told concerned the types that were read then.
  place_.forgiven = 0;
  place_.own_forgiven = 0;
}

void Reader::look_again() {
  std::vector<log::TypeId> visible = hub().service().visibility.visible_to(identity_);
  log::SubscriptionPtr wanted = hub().log().subscribe(subscription_->patterns(), std::move(visible));
  if (wanted == subscription_) return;
  const bool joined = in_cohort();
  const bool held = joined && cohort_->key().held;
  const log::Place from = held ? place_ : hub().level();
  if (joined) {
    hub().cohorts().leave(*this);
    place_ = from;
  }
  read_instead(std::move(wanted));
  if (joined) hub().settle(*this, held);
}

}  // namespace pushwire::net
