#include "pace.hpp"

namespace device_monitor {

std::optional<Pace::Clock::time_point> Pace::due() const {
  if (paused_) return std::nullopt;
  return last_ + interval_;
}

void Pace::begin(Clock::time_point now) {
  const auto due = last_ + interval_;
  last_ = now - due < interval_ ? due : now;
}

}  // namespace device_monitor
