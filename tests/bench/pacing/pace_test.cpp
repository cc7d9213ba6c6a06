#include "pacing/pace.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace pushwire::bench {
namespace {

class PaceTest : public testing::Test {
 protected:
  ~PaceTest() override {
    for (const auto& name : set_) unsetenv(name.c_str());
  }

  void set(const std::string& name, const std::string& value) {
    setenv(name.c_str(), value.c_str(), 1);
    set_.push_back(name);
  }

 private:
  std::vector<std::string> set_;
};

TEST_F(PaceTest, what_is_not_said_is_a_hundred_events_a_second_for_ten_seconds) {
  const Pace pace = pace_from_environment();
  EXPECT_EQ(pace.period, std::chrono::milliseconds{10});
  EXPECT_EQ(pace.duration, std::chrono::seconds{10});
  EXPECT_EQ(pace.batch, 1U);
  EXPECT_FALSE(pace.idle);
}

TEST_F(PaceTest, numbers_are_read_with_their_fractions) {
  set("FAN_PERIOD_US", "0");
  set("FAN_DUR", "0.5");
  set("FAN_BATCH", "32");
  set("FAN_N", "1000");
  set("FAN_WINDOW", "128");
  set("FAN_COUNTER", "/somewhere");
  set("FAN_IDLE", "1");
  const Pace pace = pace_from_environment();
  EXPECT_EQ(pace.period.count(), 0);
  EXPECT_EQ(pace.duration, std::chrono::milliseconds{500});
  EXPECT_EQ(pace.batch, 32U);
  EXPECT_EQ(pace.connections, 1000U);
  EXPECT_EQ(pace.window, 128U);
  EXPECT_EQ(pace.counter, "/somewhere");
  EXPECT_TRUE(pace.idle);
}

TEST_F(PaceTest, what_makes_no_sense_does_no_harm) {
  set("FAN_PERIOD_US", "often");
  set("FAN_DUR", "inf");
  set("FAN_BATCH", "-3");
  set("FAN_N", "0");
  const Pace pace = pace_from_environment();
  EXPECT_EQ(pace.period, std::chrono::milliseconds{10});
  EXPECT_EQ(pace.duration, std::chrono::seconds{10});
  EXPECT_EQ(pace.batch, 1U);
  EXPECT_EQ(pace.connections, 1U);
}

}  // namespace
}  // namespace pushwire::bench
