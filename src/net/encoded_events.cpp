#include "net/encoded_events.hpp"

namespace pushwire::net {

void EncodedEvents::append(const Event& event, Format format, bool snapshot, std::string& out) {
  const Key key{event.id.sequence, format.id() * 2u + (snapshot ? 1u : 0u)};
  if (const auto found = bytes_.find(key); found != bytes_.end()) {
    out += found->second;
    return;
  }
  const std::size_t before = out.size();
  transports_[format.transport]->encode(event, Encoding{snapshot, format.with_time, format.envelope}, out);
  ++encodings_;
  const std::size_t size = out.size() - before;
  if (size > capacity_) return;
  while (held_ + size > capacity_) {
    const auto oldest = bytes_.find(order_.front());
    held_ -= oldest->second.size();
    bytes_.erase(oldest);
    order_.pop_front();
  }
  bytes_.emplace(key, out.substr(before));
  order_.push_back(key);
  held_ += size;
}

}  // namespace pushwire::net
