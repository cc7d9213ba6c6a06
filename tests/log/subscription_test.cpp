#include "log/subscription.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "log/log_bench.hpp"

namespace pushwire::log {
namespace {

TEST(Subscription, matches_exact_names_and_prefixes) {
  const Subscription some({"alarm", "sensor.*", "sensor.cpu.load"});
  for (const char* name : {"alarm", "sensor.cpu", "sensor.cpu.load", "sensor.", "sensor..x"}) {
    EXPECT_TRUE(some.matches(name)) << name;
  }
  for (const char* name : {"alarms", "alar", "sensor", "sensors.cpu", "asensor.cpu", ""}) {
    EXPECT_FALSE(some.matches(name)) << name;
  }
}

TEST(Subscription, without_patterns_is_everything) {
  EXPECT_TRUE(Subscription({}).everything());
  EXPECT_TRUE(Subscription({}).matches("x"));
}

TEST(Subscription, a_deep_prefix_does_not_match_its_parents_other_children) {
  const Subscription deep({"a.b.*"});
  EXPECT_TRUE(deep.matches("a.b.c.d"));
  EXPECT_FALSE(deep.matches("a.c"));
  EXPECT_FALSE(deep.matches("a.b"));
  EXPECT_TRUE(deep.matches("a.b." + std::string(124, 'x')));
}

TEST(Subscription, knows_valid_patterns) {
  for (const std::string pattern : {"*", "a", "a.*", "a.b.*", "a:b_c-d", "a..*"}) {
    EXPECT_TRUE(Subscription::valid_pattern(pattern)) << pattern;
  }
  for (const std::string pattern : {"", ".*", "a*", "*a", "a.*.b", "**", "a.**", "-a", "a b.*"}) {
    EXPECT_FALSE(Subscription::valid_pattern(pattern)) << pattern;
  }
  EXPECT_TRUE(Subscription::valid_pattern(std::string(127, 'a') + ".*"));
  EXPECT_FALSE(Subscription::valid_pattern(std::string(128, 'a') + ".*"));
}

TEST(Subscribe, equal_sets_are_one_object_while_somebody_holds_it) {
  LogBench bench;
  const SubscriptionPtr some = bench.log.subscribe({"b", "a.*", "b"});
  EXPECT_EQ(some->patterns(), (std::vector<std::string>{"a.*", "b"}));
  EXPECT_EQ(bench.log.subscribe({"a.*", "b"}), some);
  EXPECT_NE(bench.log.subscribe({"a.*"}), some);
  EXPECT_EQ(bench.log.subscribe({"x", "*"}), bench.everything);
}

TEST(Subscribe, thousands_that_nobody_holds_leave_the_others_as_they_are) {
  LogBench bench;
  const TypeId type = bench.add("t7", history());
  bench.emit(type, "1");
  std::vector<SubscriptionPtr> held;
  for (int i = 0; i < 5000; ++i) {
    SubscriptionPtr made = bench.log.subscribe({"t" + std::to_string(i)});
    EXPECT_EQ(bench.log.read(bench.after(0), *made, 1, 100).events.size(), i == 7 ? 1U : 0U);
    if (i % 100 == 7) held.push_back(std::move(made));
  }
  for (std::size_t i = 0; i < held.size(); ++i) {
    EXPECT_EQ(bench.log.subscribe({"t" + std::to_string(i * 100 + 7)}), held[i]);
  }
  EXPECT_EQ(bench.log.read(bench.after(0), *held[0], 1, 100).events.size(), 1U);
}

TEST(Subscribe, one_made_anew_has_the_types_of_its_own_patterns) {
  LogBench bench;
  for (int i = 0; i < 100; ++i) bench.emit(bench.add("t" + std::to_string(i), history()), "1");
  for (int i = 0; i < 100; ++i) {
    const SubscriptionPtr one = bench.log.subscribe({"t" + std::to_string(i)});
    EXPECT_EQ(text(bench.log.read(bench.after(0), *one, 100, 100).events),
              "t" + std::to_string(i) + "#" + std::to_string(i + 1) + "=1");
  }
}

TEST(Subscribe, has_types_that_are_registered_later) {
  LogBench bench;
  const SubscriptionPtr some = bench.log.subscribe({"late.*"});
  Place place = bench.after(0);
  for (int i = 0; i < 130; ++i) {
    bench.emit(bench.add((i % 2 == 0 ? "late." : "other.") + std::to_string(i), history()), "1");
    const Batch batch = bench.log.read(place, *some, bench.log.head(), 100);
    EXPECT_EQ(batch.events.size(), i % 2 == 0 ? 1U : 0U);
    place = batch.next;
  }
}

TEST(Subscribe, tells_its_types_each_once) {
  LogBench bench;
  for (const char* name : {"b", "a.b", "c", "a"}) bench.add(name, history());
  const auto types_of = [&](std::vector<std::string> patterns) {
    std::vector<TypeId> types;
    bench.log.types_of(*bench.log.subscribe(std::move(patterns)), types);
    std::sort(types.begin(), types.end());
    return types;
  };
  EXPECT_EQ(types_of({"a.*", "a.b", "b", "x"}), (std::vector<TypeId>{0, 1}));
  EXPECT_EQ(types_of({"*"}), (std::vector<TypeId>{0, 1, 2, 3}));
  bench.add("x", history());
  EXPECT_EQ(types_of({"a.*", "a.b", "b", "x"}), (std::vector<TypeId>{0, 1, 4}));
}

TEST(Subscribe, a_subscription_of_no_log_can_be_read_with) {
  LogBench bench;
  bench.emit(bench.add("a", history()), "1");
  bench.emit(bench.add("b", history()), "1");
  EXPECT_EQ(text(bench.log.read(bench.after(0), Subscription({"b"}), 2, 100).events), "b#2=1");
}

}  // namespace
}  // namespace pushwire::log
