#include "net/encoded_events.hpp"

namespace pushwire::net {

namespace {

constexpr std::size_t kBookkeeping = 128;  // what an entry costs beside its bytes, about

}  // namespace

void EncodedEvents::append(const Event& event, Format format, bool snapshot, std::string& out) {
  const Key key{event.id.sequence, format.id() * 2u + (snapshot ? 1u : 0u)};
  if (const auto found = bytes_.find(key); found != bytes_.end()) {
    out += found->second;
    return;
  }
  const std::size_t before = out.size();
  transports_[format.transport]->encode(event, Encoding{snapshot, format.with_time, format.envelope}, out);
  ++encodings_;
  const std::size_t size = out.size() - before + kBookkeeping;
  if (size > capacity_) return;
  while (held_ + size > capacity_) {
    const auto oldest = bytes_.find(order_.front());
    held_ -= oldest->second.size() + kBookkeeping;
    bytes_.erase(oldest);
    order_.pop_front();
  }
  order_.push_back(key);
  try {
    bytes_.emplace(key, out.substr(before));
  } catch (...) {
    order_.pop_back();
    throw;
  }
  held_ += size;
}

}  // namespace pushwire::net
