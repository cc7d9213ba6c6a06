// Time that passes only when told to. The wall clock may jump; the steady one goes forward only.
#pragma once

#include <chrono>
#include <cstdint>

#include "net/clock.hpp"

namespace pushwire::simulation {

using log::Steady;
using Duration = std::chrono::nanoseconds;

class SimClock final : public net::Clock {
 public:
  log::Moment now() const noexcept override { return {steady_, wall_ms()}; }
  Steady steady() const noexcept { return steady_; }
  std::int64_t wall_ms() const noexcept {
    return wall_offset_ms_ + std::chrono::duration_cast<std::chrono::milliseconds>(steady_.time_since_epoch()).count();
  }

  void pass(Duration time) noexcept { steady_ += std::chrono::duration_cast<Steady::duration>(time); }
  void pass_until(Steady moment) noexcept {
    if (moment > steady_) steady_ = moment;
  }
  void shift_wall(std::int64_t ms) noexcept { wall_offset_ms_ += ms; }

 private:
  Steady steady_ = Steady{} + std::chrono::hours(1);
  std::int64_t wall_offset_ms_ = 1'700'000'000'000;
};

}  // namespace pushwire::simulation
