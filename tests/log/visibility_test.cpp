// Restricted types: who may see them has them like any other; for everybody else they are not there.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "log/log_bench.hpp"

namespace pushwire::log {
namespace {

struct VisibilityTest : ::testing::Test {
  Batch read(const Place& place, const SubscriptionPtr& subscription) {
    return bench.log.read(place, *subscription, bench.log.head(), 65536);
  }

  LogBench bench;
  const TypeId open = bench.add("open", history(2));
  const TypeId secret = bench.add("secret", history(2), true);
  const TypeId doors = bench.add("secret.doors", latest_by_key().max_keys(1), true);
  const SubscriptionPtr seeing = bench.log.subscribe({}, {doors, secret});
};

TEST_F(VisibilityTest, a_type_is_restricted_or_not_once_and_for_all) {
  EXPECT_TRUE(bench.log.restricted(secret));
  EXPECT_FALSE(bench.log.restricted(open));
  EXPECT_EQ(bench.log.restricted_types(), 2U);
  EXPECT_EQ(bench.add("secret", history(2), true), secret);
  EXPECT_THROW(bench.add("secret", history(2), false), std::logic_error);
  EXPECT_THROW(bench.add("open", history(2), true), std::logic_error);
  EXPECT_EQ(bench.log.restricted_types(), 2U);
}

TEST_F(VisibilityTest, a_subscription_is_its_patterns_and_what_is_visible) {
  EXPECT_EQ(bench.log.subscribe({"*"}, {secret, doors, secret}), seeing);
  EXPECT_NE(bench.log.subscribe({}), seeing);
  EXPECT_EQ(seeing->visible(), (std::vector<TypeId>{secret, doors}));
  EXPECT_TRUE(seeing->everything());
  EXPECT_TRUE(seeing->includes(secret, "secret", true));
  EXPECT_FALSE(bench.everything->includes(secret, "secret", true));
  EXPECT_TRUE(bench.everything->includes(secret, "secret", false));
}

TEST_F(VisibilityTest, a_hidden_type_gives_nothing_whatever_the_patterns_say) {
  bench.emit(secret, "1");
  bench.emit(doors, "front", "1");
  bench.emit(open, "1");
  for (const SubscriptionPtr& hidden :
       {bench.everything, bench.log.subscribe({"*"}), bench.log.subscribe({"open", "secret", "secret.*"})}) {
    EXPECT_EQ(text(read(bench.after(0), hidden).events), "open#3=1");
    EXPECT_EQ(text(read(bench.log.newcomer(hidden), hidden).events), "");
  }
  EXPECT_EQ(text(read(bench.after(0), bench.log.subscribe({"secret.*"}, {secret, doors})).events),
            "secret.doors#2[front]=1");
  EXPECT_EQ(text(read(bench.after(0), seeing).events), "secret#1=1 secret.doors#2[front]=1 open#3=1");
  EXPECT_EQ(text(read(bench.log.newcomer(seeing), seeing).events), "secret.doors#2[front]=1");
}

TEST_F(VisibilityTest, a_gap_does_not_name_a_hidden_type) {
  for (int i = 0; i < 3; ++i) {
    bench.emit(secret, "1");
    bench.emit(open, "1");
  }
  bench.emit(doors, "front", "1");
  bench.erase(doors, "front");
  bench.emit(doors, "back", "1");
  EXPECT_EQ(text(read(bench.after(0), bench.everything).loss), "open (0,2]");
  EXPECT_EQ(read(bench.after(2), bench.everything).status, Resume::ok);
  EXPECT_EQ(text(read(bench.after(0), seeing).loss), "open,secret (0,2]");
}

TEST_F(VisibilityTest, states_that_a_gap_makes_due_anew_are_those_of_a_visible_type_too) {
  bench.emit(doors, "front", "1");
  const Place place = bench.after(1);
  bench.erase(doors, "front");
  bench.emit(doors, "back", "2");
  bench.emit(doors, "back", "3");
  Batch batch = read(place, seeing);
  EXPECT_EQ(text(batch.loss), "secret.doors (1,2]");
  batch = read(batch.next, seeing);
  EXPECT_TRUE(batch.snapshot_ended);
  EXPECT_EQ(text(read(batch.next, seeing).events), "secret.doors#4[back]=3");
}

TEST_F(VisibilityTest, everything_is_without_a_type_that_becomes_the_first_restricted_one) {
  LogBench other;
  other.emit(other.add("a", history()), "1");
  EXPECT_EQ(other.read(other.after(0)).events.size(), 1U);
  other.emit(other.add("b", history(), true), "1");
  other.emit(other.add("c", history()), "1");
  EXPECT_EQ(text(other.read(other.after(0)).events), "a#1=1 c#3=1");
  std::vector<TypeId> types;
  other.log.types_of(*other.everything, types);
  EXPECT_EQ(types, (std::vector<TypeId>{0, 2}));
}

}  // namespace
}  // namespace pushwire::log
