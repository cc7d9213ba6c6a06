#pragma once

#include <chrono>
#include <cstdint>

namespace pushwire::log {

using Steady = std::chrono::steady_clock::time_point;

// A moment as the caller's clock has it: the log has none of its own. `steady` never goes back; `unix_ms` may.
struct Moment {
  Steady steady{};
  std::int64_t unix_ms = 0;
};

}  // namespace pushwire::log
