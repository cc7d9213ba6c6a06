#include "log/watchers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace pushwire::log {
namespace {

SubscriptionPtr subscription(std::vector<std::string> patterns, std::vector<TypeId> visible = {}) {
  return std::make_shared<const Subscription>(std::move(patterns), std::move(visible));
}

struct WatchersTest : ::testing::Test {
  WatchersTest() {
    watchers.on_change([this](TypeId type, bool watched) { heard += std::to_string(type) + (watched ? "+ " : "- "); });
    watchers.add_type("a");
    watchers.add_type("b.c");
  }
  Watchers watchers;
  std::string heard;
};

TEST_F(WatchersTest, a_type_is_watched_while_a_matching_subscription_has_joined) {
  const SubscriptionPtr a = subscription({"a"});
  EXPECT_FALSE(watchers.watched(0));
  watchers.join(a);
  EXPECT_TRUE(watchers.watched(0));
  EXPECT_FALSE(watchers.watched(1));
  watchers.leave(a);
  EXPECT_FALSE(watchers.watched(0));
  EXPECT_EQ(heard, "0+ 0- ");
}

TEST_F(WatchersTest, only_the_first_and_the_last_reader_of_a_type_change_it) {
  const SubscriptionPtr all = subscription({});
  const SubscriptionPtr b = subscription({"b.*"});
  watchers.join(b);
  watchers.join(all);
  watchers.join(all);
  EXPECT_EQ(heard, "1+ 0+ ");
  watchers.leave(b);
  watchers.leave(all);
  EXPECT_TRUE(watchers.watched(1));
  EXPECT_EQ(heard, "1+ 0+ ");
  watchers.leave(all);
  EXPECT_FALSE(watchers.watched(0));
  EXPECT_EQ(heard, "1+ 0+ 0- 1- ");
}

TEST_F(WatchersTest, a_type_added_later_is_watched_by_those_who_joined_before) {
  const SubscriptionPtr b = subscription({"b.*"});
  watchers.join(b);
  watchers.add_type("b.late");
  watchers.add_type("c.late");
  EXPECT_TRUE(watchers.watched(2));
  EXPECT_FALSE(watchers.watched(3));
  watchers.leave(b);
  EXPECT_FALSE(watchers.watched(2));
  EXPECT_EQ(heard, "1+ 2+ 1- 2- ");
}

TEST_F(WatchersTest, a_type_that_several_patterns_have_counts_once) {
  const SubscriptionPtr both = subscription({"b.*", "b.c"});
  watchers.join(both);
  watchers.leave(both);
  EXPECT_EQ(heard, "1+ 1- ");
}

TEST_F(WatchersTest, a_restricted_type_is_watched_only_by_those_who_may_see_it) {
  const SubscriptionPtr all = subscription({});
  const SubscriptionPtr seeing = subscription({}, {2, 3});
  watchers.add_type("secret", true);
  watchers.join(all);
  EXPECT_FALSE(watchers.watched(2));
  watchers.join(seeing);
  EXPECT_TRUE(watchers.watched(2));
  watchers.add_type("late", true);
  EXPECT_TRUE(watchers.watched(3));
  watchers.leave(seeing);
  EXPECT_FALSE(watchers.watched(2));
  EXPECT_FALSE(watchers.watched(3));
  watchers.add_type("later", true);
  watchers.leave(all);
  EXPECT_EQ(heard, "0+ 1+ 2+ 3+ 2- 3- 0- 1- ");
}

TEST_F(WatchersTest, an_unknown_type_and_a_leave_without_a_join_do_nothing) {
  EXPECT_FALSE(watchers.watched(99));
  watchers.leave(subscription({"a"}));
  EXPECT_EQ(heard, "");
}

TEST_F(WatchersTest, the_callback_may_join_and_leave_itself) {
  const SubscriptionPtr a = subscription({"a"});
  const SubscriptionPtr b = subscription({"b.c"});
  watchers.on_change([&](TypeId type, bool watched) {
    heard += std::to_string(type) + (watched ? "+ " : "- ");
    if (type == 0 && watched) watchers.join(b);
    if (type == 0 && !watched) watchers.leave(b);
  });
  watchers.join(a);
  watchers.leave(a);
  EXPECT_EQ(heard, "0+ 1+ 0- 1- ");
}

TEST(WatchersThreads, the_last_change_told_is_how_it_is) {
  Watchers watchers;
  std::vector<int> told(4, 0);
  std::atomic<bool> alternates{true};
  watchers.on_change([&](TypeId type, bool watched) {
    if (told[type] == (watched ? 1 : 0)) alternates = false;
    told[type] = watched ? 1 : 0;
  });
  for (const char* name : {"a", "b", "c", "d"}) watchers.add_type(name);
  const std::vector<SubscriptionPtr> subscriptions{subscription({}), subscription({"a", "b"}), subscription({"c"})};
  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed < 3; ++seed) {
    threads.emplace_back([&, seed] {
      for (unsigned i = 0; i < 2000; ++i) {
        const SubscriptionPtr& one = subscriptions[(i * 7 + seed) % 3];
        watchers.join(one);
        watchers.watched(i % 5);
        watchers.leave(one);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(alternates);
  EXPECT_EQ(told, std::vector<int>(4, 0));
  watchers.join(subscriptions[1]);
  EXPECT_EQ(told, (std::vector<int>{1, 1, 0, 0}));
}

}  // namespace
}  // namespace pushwire::log
