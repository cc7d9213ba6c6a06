#include "pacing/delivery_count.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

namespace pushwire::bench {
namespace {

class DeliveryCountTest : public testing::Test {
 protected:
  ~DeliveryCountTest() override { std::remove(file_.c_str()); }

  const std::string file_ = testing::TempDir() + "delivery-count-" + std::to_string(getpid());
};

TEST_F(DeliveryCountTest, what_one_keeps_another_watches) {
  DeliveryCount kept;
  DeliveryCount watched;
  ASSERT_TRUE(kept.keep(file_));
  ASSERT_TRUE(watched.watch(file_));
  kept.set(42);
  EXPECT_EQ(watched.get(), 42U);
}

TEST_F(DeliveryCountTest, what_is_not_there_counts_nothing) {
  DeliveryCount watched;
  EXPECT_FALSE(watched.watch(file_));
  EXPECT_EQ(watched.get(), 0U);
}

TEST_F(DeliveryCountTest, a_file_too_short_to_hold_a_count_is_none) {
  std::ofstream(file_) << "1234";
  DeliveryCount watched;
  EXPECT_FALSE(watched.watch(file_));
  EXPECT_EQ(watched.get(), 0U);
}

TEST_F(DeliveryCountTest, without_a_file_it_counts_for_itself) {
  DeliveryCount count;
  count.set(7);
  EXPECT_EQ(count.get(), 7U);
}

}  // namespace
}  // namespace pushwire::bench
