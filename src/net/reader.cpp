#include "net/reader.hpp"

#include <utility>

#include "net/hub.hpp"

namespace pushwire::net {

Reader::Reader(Hub& hub, Connection& connection, Setup setup)
    : hub_(hub),
      connection_(connection),
      format_(setup.format),
      framing_(setup.framing),
      heartbeat_(setup.heartbeat),
      subscription_(std::move(setup.subscription)),
      place_(std::move(setup.place)),
      conversation_(std::move(setup.conversation)),
      identity_(std::move(setup.identity)) {
  if (setup.record) attach(std::move(setup.record));
  hub_.watchers().join(subscription_);
  Counters::add(hub_.counters().conversations[format_.transport]);
}

Reader::~Reader() {
  hub_.forget(*this);
  if (record_) hub_.audience().leave(*this);
  hub_.watchers().leave(subscription_);
  Counters::subtract(hub_.counters().conversations[format_.transport]);
}

const Transport& Reader::transport() const noexcept { return *hub_.transports()[format_.transport]; }

Cursor Reader::cursor(Sequence sequence) const noexcept { return {hub_.log().epoch(), sequence}; }

void Reader::attach(session::RecordPtr record) {
  record_ = std::move(record);
  try {
    hub_.audience().join(*this);
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
  hub_.watchers().join(subscription);
  hub_.watchers().leave(subscription_);
  subscription_ = std::move(subscription);
  // What was told concerned the types that were read then.
  place_.forgiven = 0;
  place_.own_forgiven = 0;
}

void Reader::look_again() {
  std::vector<log::TypeId> visible = hub_.service().visibility.visible_to(identity_);
  log::SubscriptionPtr wanted = hub_.log().subscribe(subscription_->patterns(), std::move(visible));
  if (wanted == subscription_) return;
  const bool joined = in_cohort();
  const bool held = joined && cohort_->key().held;
  const log::Place from = held ? place_ : hub_.level();
  if (joined) {
    hub_.cohorts().leave(*this);
    place_ = from;
  }
  read_instead(std::move(wanted));
  if (joined) hub_.settle(*this, held);
}

}  // namespace pushwire::net
