// What a C++ peer emits: its events as they are due, with the start signal and the load generator's count seen to.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "pacing/delivery_count.hpp"
#include "pacing/monotonic.hpp"
#include "pacing/pace.hpp"
#include "pacing/pacer.hpp"
#include "pacing/start_signal.hpp"

namespace pushwire::bench {

class Source {
 public:
  // Before any thread is made.
  Source() : pace_(pace_from_environment()), pacer_(pace_) {
    expect_start_signal();
    if (!pace_.counter.empty()) delivered_.watch(pace_.counter);
  }

  // Calls emit(std::string_view) for each event that is due, then tells how long to sleep; zero: turn at once.
  template <typename Emit>
  std::chrono::nanoseconds turn(Emit emit) {
    if (!start_signal_given()) return pace_.idle ? kNever : kStartLookup;
    const std::uint64_t due = pacer_.due(monotonic_ns(), delivered_.get());
    for (auto left = due; left > 0; --left) {
      std::array<char, Pacer::kPayloadBytes> event{};
      pacer_.write_next(monotonic_ns(), event.data());
      emit(std::string_view(event.data(), event.size()));
    }
    return pacer_.wait(monotonic_ns(), due);
  }

 private:
  static constexpr std::chrono::nanoseconds kNever = std::chrono::hours{1};

  const Pace pace_;
  Pacer pacer_;
  DeliveryCount delivered_;
};

// Of "<program> <port>".
inline std::uint16_t port_of(int count, char** words) {
  return static_cast<std::uint16_t>(count > 1 ? std::atoi(words[1]) : 0);
}

}  // namespace pushwire::bench
