// The time of day from the steady clock. Both are slewed together, so that what lies between them is constant until
// somebody sets the time, or the machine has slept. That shows by the kernel's coarse time of day, which is as of its last
// tick and costs a quarter of the exact one.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace pushwire::net {

class WallOffset {
 public:
  using Nanoseconds = std::chrono::nanoseconds;
  static constexpr Nanoseconds kTick{12'000'000};  // the slowest kernels tick every 10 ms

  // `coarse`: the coarse time of day, read behind `steady`. `read_steady` and `read_exact` read both clocks anew, where that
  // is needed. Since the epoch; off by a tick at most where the time was set by less than one. From any thread.
  template <class ReadSteady, class ReadExact>
  Nanoseconds at(Nanoseconds steady, Nanoseconds coarse, ReadSteady read_steady, ReadExact read_exact) noexcept {
    const Nanoseconds wall = steady + Nanoseconds(offset_.load(std::memory_order_relaxed));
    const Nanoseconds ahead = wall - coarse;
    if (ahead > -kSlack && ahead < kTick) return wall;
    // Whoever was interrupted between two readings would make all others wrong by as much.
    Nanoseconds exact{};
    for (int tries = 0; tries < kMostTries; ++tries) {
      const Nanoseconds before = read_steady();
      exact = read_exact();
      if (read_steady() - before > kTogether) continue;
      offset_.store((exact - before).count(), std::memory_order_relaxed);
      break;
    }
    return exact;
  }

 private:
  static constexpr Nanoseconds kSlack{1'000'000};  // for whoever was interrupted between his two readings
  static constexpr Nanoseconds kTogether{20'000};  // readings that show one moment
  static constexpr int kMostTries = 4;

  std::atomic<std::int64_t> offset_{0};
};

}  // namespace pushwire::net
