#include "net/wall_offset.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <utility>

#include "net/clock.hpp"

namespace pushwire::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// A machine whose clocks the test moves; the coarse one is as of the last tick.
struct Machine {
  nanoseconds steady = milliseconds(5'000);
  nanoseconds wall = milliseconds(1'700'000'000'000) + nanoseconds(123);
  nanoseconds tick = milliseconds(4);
  nanoseconds interruption{};  // of the next reading of the exact clock, before it
  int exact_readings = 0;
  WallOffset offset;

  nanoseconds read() {
    return offset.at(
        steady, wall - wall % tick, [this] { return steady; },
        [this] {
          ++exact_readings;
          pass(std::exchange(interruption, nanoseconds(0)));
          return wall;
        });
  }
  void pass(nanoseconds time) {
    steady += time;
    wall += time;
  }
};

TEST(WallOffset, is_exact_and_reads_the_exact_clock_once) {
  Machine machine;
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_EQ(machine.read(), machine.wall);
    machine.pass(nanoseconds(777'777));
  }
  EXPECT_EQ(machine.exact_readings, 1);
}

TEST(WallOffset, kernels_that_tick_slowly_are_right) {
  Machine machine;
  machine.tick = milliseconds(10);
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_EQ(machine.read(), machine.wall);
    machine.pass(milliseconds(3));
  }
  EXPECT_EQ(machine.exact_readings, 1);
}

TEST(WallOffset, a_time_that_is_set_is_followed_at_once) {
  for (const nanoseconds step : {nanoseconds(milliseconds(50)), nanoseconds(milliseconds(-50)),
                                 nanoseconds(std::chrono::hours(9'000)), nanoseconds(-std::chrono::hours(9'000))}) {
    Machine machine;
    machine.read();
    machine.wall += step;
    EXPECT_EQ(machine.read(), machine.wall);
    machine.pass(milliseconds(100));
    EXPECT_EQ(machine.read(), machine.wall);
    EXPECT_EQ(machine.exact_readings, 2);
  }
}

TEST(WallOffset, a_machine_that_has_slept_has_the_time_of_day) {
  Machine machine;
  machine.read();
  machine.wall += std::chrono::hours(8);  // the steady clock stood still
  EXPECT_EQ(machine.read(), machine.wall);
}

TEST(WallOffset, a_small_step_leaves_it_within_a_tick) {
  Machine machine;
  machine.read();
  for (int step = 0; step < 20; ++step) {
    machine.wall += milliseconds(3);
    machine.pass(milliseconds(7));
    const nanoseconds off = machine.read() - machine.wall;
    EXPECT_LE(off < nanoseconds(0) ? -off : off, WallOffset::kTick);
  }
}

TEST(WallOffset, whoever_is_interrupted_makes_nobody_wrong) {
  Machine machine;
  machine.interruption = milliseconds(7);
  EXPECT_EQ(machine.read(), machine.wall);
  machine.pass(milliseconds(1));
  EXPECT_EQ(machine.read(), machine.wall);
  EXPECT_EQ(machine.exact_readings, 2);
}

TEST(SystemClock, has_the_time_of_day) {
  const SystemClock clock;
  for (int i = 0; i < 3; ++i) {
    const auto before = std::chrono::system_clock::now().time_since_epoch();
    const auto now = clock.now();
    const auto after = std::chrono::system_clock::now().time_since_epoch();
    EXPECT_GE(milliseconds(now.unix_ms) + WallOffset::kTick, before);
    EXPECT_LE(milliseconds(now.unix_ms), after + WallOffset::kTick);
  }
}

}  // namespace
}  // namespace pushwire::net
