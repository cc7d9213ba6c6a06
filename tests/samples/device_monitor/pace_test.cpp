#include "pace.hpp"

#include <gtest/gtest.h>

namespace device_monitor {
namespace {

using std::chrono::milliseconds;

constexpr Pace::Clock::time_point at(int ms) { return Pace::Clock::time_point{} + milliseconds(ms); }

TEST(Pace, the_first_reading_is_due_at_once_and_the_next_after_the_interval) {
  Pace pace(milliseconds(500), at(1000));
  EXPECT_EQ(pace.due(), at(1000));
  pace.begin(at(1000));
  EXPECT_EQ(pace.due(), at(1500));
}

TEST(Pace, a_reading_that_begins_late_does_not_move_those_after_it) {
  Pace pace(milliseconds(500), at(1000));
  pace.begin(at(1003));
  EXPECT_EQ(pace.due(), at(1500));
}

TEST(Pace, missed_readings_are_not_made_up_for) {
  Pace pace(milliseconds(500), at(1000));
  pace.begin(at(9000));
  EXPECT_EQ(pace.due(), at(9500));
}

TEST(Pace, a_shorter_interval_shortens_the_wait_that_has_begun) {
  Pace pace(milliseconds(60'000), at(1000));
  pace.begin(at(1000));
  pace.set_interval(milliseconds(100));
  EXPECT_EQ(pace.due(), at(1100));
  pace.begin(at(30'000));
  EXPECT_EQ(pace.due(), at(30'100));
}

TEST(Pace, a_longer_interval_makes_it_longer) {
  Pace pace(milliseconds(100), at(1000));
  pace.begin(at(1000));
  pace.set_interval(milliseconds(2000));
  EXPECT_EQ(pace.due(), at(3000));
}

TEST(Pace, nothing_is_due_while_paused_and_what_was_missed_is_due_once) {
  Pace pace(milliseconds(100), at(1000));
  pace.begin(at(1000));
  pace.set_paused(true);
  EXPECT_FALSE(pace.due());
  pace.set_paused(false);
  EXPECT_LT(pace.due(), at(60'000));
  pace.begin(at(60'000));
  EXPECT_EQ(pace.due(), at(60'100));
}

}  // namespace
}  // namespace device_monitor
