#include "net/reader.hpp"

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
      conversation_(std::move(setup.conversation)) {
  hub_.watchers().join(subscription_);
  Counters::add(hub_.counters().conversations[format_.transport]);
}

Reader::~Reader() {
  hub_.forget(*this);
  hub_.watchers().leave(subscription_);
  Counters::subtract(hub_.counters().conversations[format_.transport]);
}

const Transport& Reader::transport() const noexcept { return *hub_.transports()[format_.transport]; }

Cursor Reader::cursor(Sequence sequence) const noexcept { return {hub_.log().epoch(), sequence}; }

}  // namespace pushwire::net
