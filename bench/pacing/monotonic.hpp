// The clock that the measured server and the load generator share.
#pragma once

#include <cstdint>
#include <ctime>

namespace pushwire::bench {

// CLOCK_MONOTONIC in nanoseconds: the same in every process of the machine.
inline std::uint64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace pushwire::bench
