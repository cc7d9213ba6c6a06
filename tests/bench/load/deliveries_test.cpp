#include "load/deliveries.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pushwire::bench::load {
namespace {

class DeliveriesTest : public testing::Test {
 protected:
  bool take(const std::string& payload, std::uint64_t arrived = 0) {
    return deliveries_.take(place_, payload, arrived);
  }
  const Deliveries::Tally& tally() const { return deliveries_.tally(); }

  DeliveryCount count_;
  Deliveries deliveries_{"seq", "t", count_};
  Place place_;
};

TEST_F(DeliveriesTest, events_in_order_are_counted_and_nothing_else) {
  for (int i = 7; i < 10; ++i) EXPECT_TRUE(take("{\"t\":1,\"seq\":" + std::to_string(i) + ",\"v\":\"x\"}"));
  EXPECT_EQ(tally().messages, 3U);
  EXPECT_EQ(tally().lost + tally().duplicated + tally().disordered + tally().other, 0U);
  EXPECT_EQ(count_.get(), 3U);
  EXPECT_EQ(place_.last, 9U);
}

TEST_F(DeliveriesTest, what_is_left_out_repeated_or_late_is_counted) {
  for (const int number : {1, 2, 5, 5, 4, 6}) take("{\"seq\":" + std::to_string(number) + "}");
  EXPECT_EQ(tally().messages, 6U);
  EXPECT_EQ(tally().lost, 2U);
  EXPECT_EQ(tally().duplicated, 1U);
  EXPECT_EQ(tally().disordered, 1U);
}

TEST_F(DeliveriesTest, a_payload_may_hold_several_events_with_a_time_each) {
  place_.timed = true;
  EXPECT_TRUE(take("[{\"t\":1000000,\"seq\":1},{\"t\": \"3000000\",\"seq\": \"2\"},{\"seq\":3}]", 5'000'000));
  EXPECT_EQ(tally().messages, 3U);
  EXPECT_EQ(tally().lost, 0U);
  ASSERT_EQ(deliveries_.latencies().size(), 2U);
  EXPECT_EQ(deliveries_.latencies().quantiles().max, 4);
}

TEST_F(DeliveriesTest, what_holds_no_number_is_something_else) {
  for (const char* payload : {"", "{\"control\":\"hello\"}", "{\"seq\":", "{\"seq\":\"", "{\"seq\":null}",
                              "{\"seq\":99999999999999999999999}", "\"seq\":-1"}) {
    EXPECT_FALSE(take(payload)) << payload;
  }
  EXPECT_EQ(tally().messages, 0U);
  EXPECT_EQ(tally().other, 7U);
}

TEST_F(DeliveriesTest, each_connection_has_its_own_place) {
  Place other;
  take("{\"seq\":1}");
  deliveries_.take(other, "{\"seq\":5}", 0);
  take("{\"seq\":2}");
  EXPECT_EQ(tally().lost + tally().duplicated + tally().disordered, 0U);
}

TEST(LatenciesTest, quantiles_are_those_of_all_that_was_added) {
  Latencies latencies;
  EXPECT_EQ(latencies.quantiles().p50, -1);
  for (std::uint64_t ms = 1000; ms > 0; --ms) latencies.add(0, ms * 1'000'000);
  latencies.add(10, 5);
  EXPECT_EQ(latencies.quantiles().p50, 500);
  EXPECT_EQ(latencies.quantiles().p99, 990);
  EXPECT_EQ(latencies.quantiles().max, 1000);
  latencies.clear();
  EXPECT_EQ(latencies.size(), 0U);
}

}  // namespace
}  // namespace pushwire::bench::load
