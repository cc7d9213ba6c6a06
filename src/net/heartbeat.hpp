// How long a stream is silent at most: the server's own heartbeat, or a shorter one that its client asked for, since
// something on its way cuts connections that are quiet.
//
// A wish only shortens, and never to less than a second: a client must not make the server work. It is rounded down to
// 1, 2, 4, 8 … s. A cohort has one timer, so readers share one only with equal heartbeats; steps that double leave at
// most ten heartbeats up to 300 s, and so at most ten times the cohorts and timers, whatever clients ask for. The price
// is a ping up to twice as often as was asked for.
#pragma once

#include <chrono>
#include <cstdint>

namespace pushwire::net {

class Heartbeat {
 public:
  Heartbeat() = default;  // the server's own
  // What a client gets that asks for `wanted` where the server's own is `own`.
  static Heartbeat asked(std::chrono::milliseconds wanted, std::chrono::milliseconds own) noexcept;

  std::chrono::milliseconds period(std::chrono::milliseconds own) const noexcept {
    return step_ == 0 ? own : std::chrono::milliseconds(1000LL << (step_ - 1));
  }
  std::uint8_t step() const noexcept { return step_; }
  friend bool operator==(Heartbeat a, Heartbeat b) noexcept { return a.step_ == b.step_; }

 private:
  std::uint8_t step_ = 0;  // n > 0: 2^(n-1) seconds. A byte: it lies in what are gaps of readers and of keys otherwise
};

}  // namespace pushwire::net
