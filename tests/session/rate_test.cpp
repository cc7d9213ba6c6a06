#include "session/rate.hpp"

#include <gtest/gtest.h>

namespace pushwire::session {
namespace {

using std::chrono::milliseconds;

constexpr log::Steady kStart = log::Steady{} + std::chrono::hours(1);

TEST(Rate, lets_a_burst_through_at_once_and_then_no_more) {
  Rate rate(10, 20);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(rate.take(1, kStart).count(), 0) << i;
  EXPECT_GT(rate.take(1, kStart).count(), 0);
}

TEST(Rate, fills_steadily_and_never_above_a_burst) {
  Rate rate(10, 20);
  EXPECT_EQ(rate.take(20, kStart).count(), 0);
  EXPECT_GT(rate.take(6, kStart + milliseconds(500)).count(), 0);
  EXPECT_EQ(rate.take(5, kStart + milliseconds(500)).count(), 0);
  Rate idle(10, 20);
  EXPECT_EQ(idle.take(1, kStart).count(), 0);
  EXPECT_EQ(idle.take(20, kStart + std::chrono::hours(9)).count(), 0);
  EXPECT_GT(idle.take(1, kStart + std::chrono::hours(9)).count(), 0) << "nine hours are worth one burst";
}

TEST(Rate, takes_nothing_when_it_refuses) {
  Rate rate(10, 20);
  EXPECT_EQ(rate.take(15, kStart).count(), 0);
  for (int i = 0; i < 100; ++i) EXPECT_GT(rate.take(6, kStart).count(), 0);
  EXPECT_EQ(rate.take(5, kStart).count(), 0);
}

TEST(Rate, says_how_long_to_wait_and_that_is_enough) {
  for (const double count : {1.0, 3.0, 7.0, 20.0, 21.0, 1000.0}) {
    for (const double per_second : {0.3, 7.0, 1000.0}) {
      Rate rate(per_second, 20);
      EXPECT_EQ(rate.take(20, kStart).count(), 0);
      const milliseconds wait = rate.take(count, kStart);
      ASSERT_GT(wait.count(), 0);
      EXPECT_EQ(rate.take(count, kStart + wait).count(), 0) << count << " at " << per_second;
    }
  }
}

TEST(Rate, lets_more_than_a_burst_through_when_it_is_full_and_makes_what_follows_wait_for_it) {
  Rate rate(10, 20);
  EXPECT_EQ(rate.take(100, kStart).count(), 0);
  const milliseconds wait = rate.take(1, kStart);
  EXPECT_GE(wait, milliseconds(8100));
  EXPECT_LE(wait, milliseconds(8101));
  EXPECT_EQ(rate.take(1, kStart + wait).count(), 0);
}

TEST(Rate, does_not_name_a_wait_beyond_an_hour) {
  Rate rate(1e-9, 1);
  EXPECT_EQ(rate.take(1, kStart).count(), 0);
  EXPECT_EQ(rate.take(1, kStart), milliseconds(3'600'001));
}

}  // namespace
}  // namespace pushwire::session
