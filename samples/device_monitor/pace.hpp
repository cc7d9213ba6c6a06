// When the next reading is due. Times are those of a clock that never goes back. Used by one thread.
#pragma once

#include <chrono>
#include <optional>

namespace device_monitor {

class Pace {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kShortest{50};
  static constexpr std::chrono::milliseconds kLongest{60'000};

  // The first reading is due at once.
  Pace(std::chrono::milliseconds interval, Clock::time_point now) : interval_(interval), last_(now - interval) {}

  std::chrono::milliseconds interval() const { return interval_; }
  bool paused() const { return paused_; }

  // Counts from the last reading on: a wait that has begun becomes shorter, or longer.
  void set_interval(std::chrono::milliseconds interval) { interval_ = interval; }
  void set_paused(bool paused) { paused_ = paused; }

  // Nullopt while paused: not before that changes.
  std::optional<Clock::time_point> due() const;
  // The reading that was due begins. Those that were missed meanwhile are not made up for.
  void begin(Clock::time_point now);

 private:
  std::chrono::milliseconds interval_;
  Clock::time_point last_;  // when the last reading was due
  bool paused_ = false;
};

}  // namespace device_monitor
