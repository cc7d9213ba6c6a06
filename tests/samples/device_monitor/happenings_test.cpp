#include "happenings.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace device_monitor {
namespace {

using Names = std::map<int, std::string>;

std::vector<std::string> texts(const std::vector<Happening>& happenings) {
  std::vector<std::string> all;
  for (const auto& happening : happenings) all.push_back(happening.kind + ": " + happening.text);
  return all;
}
using Texts = std::vector<std::string>;

Names many(int from, int count, const std::string& name) {
  Names names;
  for (int pid = from; pid < from + count; ++pid) names[pid] = name;
  return names;
}

TEST(ProcessHappenings, what_runs_already_is_not_news) {
  ProcessHappenings happenings;
  EXPECT_TRUE(happenings.update({{1, "init"}}, 0).empty());
  EXPECT_TRUE(happenings.update({{1, "init"}}, 1).empty());
}

TEST(ProcessHappenings, a_few_changes_are_told_one_by_one) {
  ProcessHappenings happenings;
  happenings.update({{1, "init"}, {7, "old"}}, 0);
  EXPECT_EQ(texts(happenings.update({{1, "init"}, {8, "sshd"}}, 1)),
            (Texts{"process-started: sshd (8) started", "process-ended: old (7) ended"}));
}

TEST(ProcessHappenings, a_burst_is_one_line_with_counts) {
  ProcessHappenings happenings;
  happenings.update({}, 0);
  auto now = many(10, 5, "cc1plus");
  now[99] = "make";
  EXPECT_EQ(texts(happenings.update(now, 1)), (Texts{"process-started: 6 processes started: cc1plus \u00d7"
                                                     "5, make"}));
}

TEST(ProcessHappenings, after_a_burst_there_is_a_pause_and_then_the_sum_of_it) {
  ProcessHappenings happenings;
  happenings.update({}, 0);
  happenings.update(many(10, 5, "a"), 1);
  EXPECT_TRUE(happenings.update(many(20, 5, "b"), 2).empty());
  EXPECT_TRUE(happenings.update(many(30, 5, "b"), 5).empty());
  EXPECT_EQ(texts(happenings.update(many(30, 5, "b"), 6)), (Texts{"process-started: 10 processes started: b \u00d7"
                                                                  "10",
                                                                  "process-ended: 10 processes ended: a \u00d7"
                                                                  "5, b \u00d7"
                                                                  "5"}));
}

TEST(ProcessHappenings, a_fork_bomb_of_many_names_stays_one_short_line) {
  ProcessHappenings happenings;
  happenings.update({}, 0);
  Names now;
  for (int pid = 1; pid <= 5000; ++pid) now[pid] = "name" + std::to_string(pid);
  const auto told = happenings.update(now, 1);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_LT(told[0].text.size(), 200u);
  EXPECT_NE(told[0].text.find("4996 others"), std::string::npos) << told[0].text;
}

TEST(LinkHappenings, changes_of_state_arrivals_and_departures) {
  LinkHappenings happenings;
  EXPECT_TRUE(happenings.update({{"eth0", true}, {"wlan0", false}}).empty());
  EXPECT_TRUE(happenings.update({{"eth0", true}, {"wlan0", false}}).empty());
  EXPECT_EQ(texts(happenings.update({{"eth0", false}, {"tun0", true}, {"wlan0", true}})),
            (Texts{"interface-down: eth0 is down", "interface-up: tun0 is up", "interface-up: wlan0 is up"}));
  EXPECT_EQ(texts(happenings.update({{"eth0", false}, {"wlan0", true}})), (Texts{"interface-down: tun0 is gone"}));
}

TEST(LoadHappenings, a_load_about_the_threshold_is_told_once) {
  LoadHappenings happenings(4);
  EXPECT_FALSE(happenings.update(3.9));
  ASSERT_TRUE(happenings.update(4.0));
  EXPECT_FALSE(happenings.update(3.8));
  EXPECT_FALSE(happenings.update(4.2));
  EXPECT_FALSE(happenings.update(3.0));
  const auto normal = happenings.update(2.9);
  ASSERT_TRUE(normal);
  EXPECT_EQ(normal->kind, "load-normal");
  EXPECT_FALSE(happenings.update(3.5));
  EXPECT_EQ(happenings.update(5)->kind, "load-high");
}

TEST(LoadHappenings, a_device_that_does_not_tell_its_cores_has_one) {
  LoadHappenings happenings(0);
  EXPECT_FALSE(happenings.update(0.9));
  EXPECT_TRUE(happenings.update(1.0));
}

}  // namespace
}  // namespace device_monitor
