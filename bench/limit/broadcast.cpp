#include "limit/broadcast.hpp"

#include <algorithm>

#include "pacing/monotonic.hpp"

namespace pushwire::bench::limit {

void Broadcast::send(Pacer& pacer, std::uint64_t events) {
  for (Part& part : parts_) part.bytes.clear();
  std::string payload(Pacer::kPayloadBytes + envelope_, ' ');
  for (std::uint64_t event = 0; event < events; ++event) {
    pacer.write_next(monotonic_ns(), payload.data());
    for (const Format format : kFormats) {
      if (subscribers_.of(format).empty()) continue;
      append_event(format, payload, parts_[static_cast<std::size_t>(format)].bytes);
    }
  }
  for (const Format format : kFormats) {
    Part& part = parts_[static_cast<std::size_t>(format)];
    if (part.bytes.empty()) continue;
    if (format == Format::long_poll) part.bytes = long_poll_answer(part.bytes);
    sender_.send_to_all(subscribers_.of(format), part.bytes, part.unsent);
  }
}

bool Broadcast::send_rest() {
  bool all = true;
  for (Part& part : parts_) {
    auto& unsent = part.unsent;
    const auto sent = [&part](Unsent& one) { return limit::send_rest(one, part.bytes); };
    unsent.erase(std::remove_if(unsent.begin(), unsent.end(), sent), unsent.end());
    all = all && unsent.empty();
  }
  return all;
}

void Broadcast::forget(int socket) {
  for (Part& part : parts_) {
    auto& unsent = part.unsent;
    const auto is_it = [socket](const Unsent& one) { return one.socket == socket; };
    unsent.erase(std::remove_if(unsent.begin(), unsent.end(), is_it), unsent.end());
  }
}

}  // namespace pushwire::bench::limit
