// How many messages a client may send: a bucket that fills at a steady rate, up to what a burst may take.
#pragma once

#include <algorithm>
#include <chrono>

#include "log/moment.hpp"

namespace pushwire::session {

class Rate {
 public:
  // `per_second` and `burst`: above 0.
  Rate(double per_second, double burst) noexcept : per_second_(per_second), burst_(burst), left_(burst) {}

  // Takes `count` if they are to be had; else takes nothing and says how long to wait. More than a burst at once is to be
  // had whenever a burst is, and is then waited for behind it.
  std::chrono::milliseconds take(double count, log::Steady now) noexcept {
    if (filled_ != log::Steady{}) {
      left_ = std::min(burst_, left_ + per_second_ * std::chrono::duration<double>(now - filled_).count());
    }
    filled_ = now;
    const double needed = std::min(count, burst_);
    if (needed <= left_) {
      left_ -= count;
      return std::chrono::milliseconds(0);
    }
    const double seconds = (needed - left_) / per_second_;
    return std::chrono::milliseconds(1 + static_cast<std::chrono::milliseconds::rep>(1000 * std::min(seconds, 3600.0)));
  }

 private:
  double per_second_;
  double burst_;
  double left_;
  log::Steady filled_{};
};

}  // namespace pushwire::session
