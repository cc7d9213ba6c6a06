// Decides how many events are due, and writes them. It has no clock, no signal and no file: what it needs is given to it,
// the time as CLOCK_MONOTONIC nanoseconds (monotonic_ns).
//
//   expect_start_signal();                                  // before threads
//   const Pace pace = pace_from_environment();
//   DeliveryCount delivered;
//   if (!pace.counter.empty()) delivered.watch(pace.counter);
//   Pacer pacer(pace);
//   ... once start_signal_given(), in each turn of the loop:
//   const auto due = pacer.due(monotonic_ns(), delivered.get());
//   for (auto left = due; left > 0; --left) pacer.write_next(monotonic_ns(), bytes) and emit
//   sleep for pacer.wait(monotonic_ns(), due); done when pacer.over()
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "pacing/pace.hpp"

namespace pushwire::bench {

class Pacer {
 public:
  static constexpr std::size_t kPayloadBytes = 128;

  explicit Pacer(const Pace& pace);

  // Events to emit now; the first call begins the run. `delivered`: by the load generator, on all connections together.
  // A server that saturates emits what it is told in one turn of its loop, and asks again in the next.
  std::uint64_t due(std::uint64_t now, std::uint64_t delivered);
  // No event will be due any more, as of the last call of due().
  bool over() const noexcept { return over_; }
  // How long to sleep after due() has answered `due`; zero: it is to be asked again at once.
  std::chrono::nanoseconds wait(std::uint64_t now, std::uint64_t due) const;
  // Writes the next event's payload, kPayloadBytes of JSON: {"t":<ns>,"seq":<N>,"v":"xxx…"}, N from 1. `t` is now, or
  // when it was due, where that is more than a period ago: a server that comes late is not timed from its own delay.
  void write_next(std::uint64_t now, char* out);

  std::uint64_t written() const noexcept { return written_; }

 private:
  bool saturates() const noexcept { return period_ == 0; }
  // When the batch that the next event belongs to is due.
  std::uint64_t next_due() const noexcept { return begun_ + (written_ / batch_ + 1) * period_; }

  const std::uint64_t period_, duration_, batch_, connections_, window_;
  const std::uint64_t total_;  // where it does not saturate
  std::uint64_t begun_ = 0;
  std::uint64_t written_ = 0;
  bool over_ = false;
};

}  // namespace pushwire::bench
