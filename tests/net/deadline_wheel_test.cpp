#include "net/deadline_wheel.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <random>
#include <vector>

namespace pushwire::net {
namespace {

using std::chrono::milliseconds;

struct Alarm final : Timed {
  void on_deadline(Steady now) noexcept override {
    rung_at = now;
    ++rings;
    if (then) then(now);
  }
  std::function<void(Steady)> then;
  Steady rung_at{};
  int rings = 0;
};

class DeadlineWheelTest : public testing::Test {
 protected:
  static Steady at(std::int64_t ms) { return Steady{} + std::chrono::hours(1) + milliseconds(ms); }
  static constexpr std::int64_t kSlot = DeadlineWheel::kSlot.count();
  static constexpr std::int64_t kRound = kSlot * DeadlineWheel::kSlots;

  DeadlineWheel wheel{at(0)};
};

TEST_F(DeadlineWheelTest, calls_once_never_early_and_at_most_a_slot_late) {
  for (const std::int64_t due : {std::int64_t{0}, std::int64_t{1}, kSlot - 1, kSlot, kSlot + 1, std::int64_t{1000}}) {
    DeadlineWheel fresh(at(0));
    Alarm alarm;
    fresh.set(alarm, at(due));
    std::int64_t now = 0;
    while (alarm.rings == 0 && now < 5000) fresh.advance(at(++now));
    EXPECT_GE(now, due);
    EXPECT_LE(now, due + kSlot + 1) << due;
    EXPECT_FALSE(fresh.has(alarm));
    fresh.advance(at(2 * kRound));
    EXPECT_EQ(alarm.rings, 1);
  }
}

TEST_F(DeadlineWheelTest, waits_for_deadlines_beyond_a_round) {
  Alarm alarm;
  const std::int64_t due = 3 * kRound + 100;
  wheel.set(alarm, at(due));
  for (std::int64_t now = 0; alarm.rings == 0; now += kSlot) {
    ASSERT_LE(now, due + 2 * kSlot);
    wheel.advance(at(now));
  }
  EXPECT_GE(alarm.rung_at, at(due));
}

TEST_F(DeadlineWheelTest, a_later_set_replaces_and_clear_forgets) {
  Alarm moved;
  Alarm cleared;
  wheel.set(moved, at(100));
  wheel.set(cleared, at(100));
  wheel.set(moved, at(500));
  wheel.clear(cleared);
  wheel.clear(cleared);
  EXPECT_TRUE(wheel.has(moved));
  EXPECT_FALSE(wheel.has(cleared));
  wheel.advance(at(499));
  EXPECT_EQ(moved.rings, 0);
  wheel.advance(at(500 + kSlot));
  EXPECT_EQ(moved.rings, 1);
  EXPECT_EQ(cleared.rings, 0);
}

TEST_F(DeadlineWheelTest, next_is_nothing_or_no_later_than_a_slot_behind_the_first) {
  EXPECT_FALSE(wheel.next());
  Alarm late;
  Alarm soon;
  wheel.set(late, at(20'000));
  wheel.set(soon, at(1'000));
  ASSERT_TRUE(wheel.next());
  EXPECT_GE(*wheel.next(), at(1'000));
  EXPECT_LE(*wheel.next(), at(1'000 + kSlot));
  wheel.clear(soon);
  EXPECT_GE(*wheel.next(), at(20'000));
  wheel.clear(late);
  EXPECT_FALSE(wheel.next());
}

TEST_F(DeadlineWheelTest, following_next_meets_every_deadline_in_time) {
  std::mt19937 random(7);
  std::vector<std::unique_ptr<Alarm>> alarms;
  std::vector<std::int64_t> due;
  for (int i = 0; i < 200; ++i) {
    alarms.push_back(std::make_unique<Alarm>());
    due.push_back(static_cast<std::int64_t>(random() % (2 * kRound)));
    wheel.set(*alarms.back(), at(due.back()));
  }
  int looks = 0;
  while (const auto next = wheel.next()) {
    wheel.advance(*next);
    ASSERT_LT(++looks, 1000);
  }
  for (std::size_t i = 0; i < alarms.size(); ++i) {
    EXPECT_EQ(alarms[i]->rings, 1);
    EXPECT_GE(alarms[i]->rung_at, at(due[i]));
    EXPECT_LE(alarms[i]->rung_at, at(due[i] + 2 * kSlot));
  }
}

TEST_F(DeadlineWheelTest, what_is_called_may_set_itself_again_without_being_met_twice) {
  Alarm alarm;
  alarm.then = [&](Steady now) { wheel.set(alarm, now); };
  wheel.set(alarm, at(10));
  wheel.advance(at(kSlot));
  EXPECT_EQ(alarm.rings, 1);
  wheel.advance(at(2 * kSlot));
  EXPECT_EQ(alarm.rings, 2);
}

TEST_F(DeadlineWheelTest, what_is_called_may_clear_and_destroy_others_of_the_same_slot) {
  auto first = std::make_unique<Alarm>();
  auto second = std::make_unique<Alarm>();
  auto third = std::make_unique<Alarm>();
  int rings = 0;
  const auto end_the_others = [&](Alarm* self) {
    ++rings;
    for (auto* other : {&first, &second, &third}) {
      if (other->get() != self) other->reset();
    }
  };
  for (auto* alarm : {&first, &second, &third}) {
    (*alarm)->then = [&, self = alarm->get()](Steady) { end_the_others(self); };
    wheel.set(**alarm, at(10));
  }
  wheel.advance(at(100));
  EXPECT_EQ(rings, 1);
  EXPECT_FALSE(wheel.next());
}

TEST_F(DeadlineWheelTest, an_alarm_that_ends_takes_its_deadline_along) {
  {
    Alarm alarm;
    wheel.set(alarm, at(10));
  }
  EXPECT_FALSE(wheel.next());
  wheel.advance(at(1000));
}

TEST_F(DeadlineWheelTest, a_clock_that_jumps_far_ahead_is_no_work_and_misses_nothing) {
  Alarm soon;
  Alarm late;
  wheel.set(soon, at(10));
  wheel.set(late, at(1'000'000'000));
  wheel.advance(at(999'999'000));
  EXPECT_EQ(soon.rings, 1);
  EXPECT_EQ(late.rings, 0);
  wheel.advance(at(1'000'000'000 + 2 * kSlot));
  EXPECT_EQ(late.rings, 1);
}

TEST_F(DeadlineWheelTest, a_deadline_in_the_past_is_met_at_the_next_look) {
  wheel.advance(at(10'000));
  Alarm alarm;
  wheel.set(alarm, at(-5'000));
  wheel.advance(at(10'000 + kSlot));
  EXPECT_EQ(alarm.rings, 1);
}

}  // namespace
}  // namespace pushwire::net
