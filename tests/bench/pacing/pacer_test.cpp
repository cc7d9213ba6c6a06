#include "pacing/pacer.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace pushwire::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr std::uint64_t kStart = 1'000'000'000;
constexpr std::uint64_t kMs = 1'000'000;

Pace paced(nanoseconds period, std::uint64_t batch = 1) {
  Pace pace;
  pace.period = period;
  pace.duration = seconds{1};
  pace.batch = batch;
  pace.connections = 10;
  pace.window = 64;
  return pace;
}

nlohmann::json next(Pacer& pacer, std::uint64_t now) {
  std::string bytes(Pacer::kPayloadBytes, '?');
  pacer.write_next(now, bytes.data());
  return nlohmann::json::parse(bytes);
}

TEST(PacerTest, an_event_is_due_a_period_after_the_start_and_every_period) {
  Pacer pacer(paced(milliseconds{10}));
  EXPECT_EQ(pacer.due(kStart, 0), 0U);
  EXPECT_EQ(pacer.wait(kStart, 0), milliseconds{10});
  EXPECT_EQ(pacer.due(kStart + 9 * kMs, 0), 0U);
  EXPECT_EQ(pacer.due(kStart + 10 * kMs, 0), 1U);
  next(pacer, kStart + 10 * kMs);
  EXPECT_EQ(pacer.due(kStart + 10 * kMs, 0), 0U);
  EXPECT_EQ(pacer.wait(kStart + 11 * kMs, 0), milliseconds{9});
}

TEST(PacerTest, what_was_missed_is_due_all_at_once) {
  Pacer pacer(paced(milliseconds{100}, 5));
  pacer.due(kStart, 0);
  EXPECT_EQ(pacer.due(kStart + 350 * kMs, 0), 15U);
}

TEST(PacerTest, it_is_over_when_all_events_of_its_duration_are_written) {
  Pacer pacer(paced(milliseconds{100}, 2));
  pacer.due(kStart, 0);
  EXPECT_EQ(pacer.due(kStart + 5000 * kMs, 0), 20U);
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(pacer.over());
    next(pacer, kStart);
  }
  EXPECT_EQ(pacer.due(kStart + 5000 * kMs, 0), 0U);
  EXPECT_TRUE(pacer.over());
}

TEST(PacerTest, saturating_it_is_held_back_by_what_is_not_delivered) {
  Pacer pacer(paced(nanoseconds{0}, 32));
  for (int turn = 0; turn < 2; ++turn) {
    EXPECT_EQ(pacer.due(kStart, 0), 32U);
    EXPECT_EQ(pacer.wait(kStart, 32), nanoseconds{0});
    for (int i = 0; i < 32; ++i) next(pacer, kStart);
  }
  EXPECT_EQ(pacer.due(kStart, 0), 0U);
  EXPECT_GT(pacer.wait(kStart, 0), nanoseconds{0});
  EXPECT_EQ(pacer.due(kStart, 31 * 10), 0U);
  EXPECT_EQ(pacer.due(kStart, 32 * 10), 32U);
  EXPECT_EQ(pacer.due(kStart + 1001 * kMs, 64 * 10), 0U);
  EXPECT_TRUE(pacer.over());
}

TEST(PacerTest, a_payload_is_json_of_its_size_with_time_and_number) {
  Pacer pacer(paced(milliseconds{10}));
  pacer.due(kStart, 0);
  for (std::uint64_t number = 1; number <= 3; ++number) {
    const auto payload = next(pacer, kStart + number * 10 * kMs + 5);
    EXPECT_EQ(payload["seq"], number);
    EXPECT_EQ(payload["t"], kStart + number * 10 * kMs + 5);
    EXPECT_GT(payload["v"].get<std::string>().size(), 80U);
  }
}

TEST(PacerTest, an_event_more_than_a_period_late_bears_the_time_it_was_due_at) {
  Pacer pacer(paced(milliseconds{10}));
  pacer.due(kStart, 0);
  EXPECT_EQ(next(pacer, kStart + 20 * kMs)["t"], kStart + 20 * kMs);
  EXPECT_EQ(next(pacer, kStart + 31 * kMs)["t"], kStart + 20 * kMs);
}

}  // namespace
}  // namespace pushwire::bench
