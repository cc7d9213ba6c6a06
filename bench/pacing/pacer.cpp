#include "pacing/pacer.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string_view>

namespace pushwire::bench {
namespace {

constexpr std::chrono::milliseconds kHeldBack{1};  // saturating, and too far ahead
constexpr std::chrono::seconds kNothingMore{1};
// Due a little early rather than a period late, where a timer fires before its time.
constexpr std::uint64_t kEarlyNs = 500'000;

std::uint64_t nanoseconds(std::chrono::nanoseconds span) { return static_cast<std::uint64_t>(span.count()); }

char* put(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* put(char* out, std::uint64_t number) { return std::to_chars(out, out + 20, number).ptr; }

}  // namespace

Pacer::Pacer(const Pace& pace)
    : period_(nanoseconds(pace.period)),
      duration_(nanoseconds(pace.duration)),
      batch_(pace.batch),
      connections_(pace.connections),
      window_(pace.window),
      total_(period_ == 0 ? 0 : duration_ / period_ * batch_) {}

std::uint64_t Pacer::due(std::uint64_t now, std::uint64_t delivered) {
  if (begun_ == 0) begun_ = now;
  if (saturates()) {
    over_ = now - begun_ > duration_;
    return over_ || written_ + batch_ > delivered / connections_ + window_ ? 0 : batch_;
  }
  over_ = written_ >= total_;
  const std::uint64_t by_now = std::min(total_, (now - begun_ + kEarlyNs) / period_ * batch_);
  return by_now > written_ ? by_now - written_ : 0;
}

std::chrono::nanoseconds Pacer::wait(std::uint64_t now, std::uint64_t due) const {
  if (over_) return kNothingMore;
  if (saturates()) return due > 0 ? std::chrono::nanoseconds{0} : kHeldBack;
  const std::uint64_t at = next_due();
  return std::chrono::nanoseconds{at > now ? at - now : 0};
}

void Pacer::write_next(std::uint64_t now, char* out) {
  std::uint64_t stamp = now;
  if (!saturates()) {
    const std::uint64_t at = next_due();
    if (now > at + period_) stamp = at;
  }
  char* const end = out + kPayloadBytes - 2;
  char* at = put(put(out, "{\"t\":"), stamp);
  at = put(put(put(at, ",\"seq\":"), ++written_), ",\"v\":\"");
  std::memset(at, 'x', static_cast<std::size_t>(end - at));
  put(end, "\"}");
}

}  // namespace pushwire::bench
