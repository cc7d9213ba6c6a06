#include "log/private_events.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "log/log_bench.hpp"

namespace pushwire::log {
namespace {

LogLimits small() {
  LogLimits limits;
  limits.private_events = 3;
  limits.private_bytes = 10;
  limits.private_keys = 2;
  return limits;
}

struct PrivateEventsTest : ::testing::Test {
  std::vector<std::string> news() {
    std::vector<std::shared_ptr<void>> owners;
    bench.log.take_private_news(owners);
    std::vector<std::string> names;
    for (const std::shared_ptr<void>& who : owners) names.push_back(*std::static_pointer_cast<std::string>(who));
    return names;
  }

  LogBench bench{small()};
  const TypeId log = bench.add("log", history(100));
  const TypeId state = bench.add("state", latest());
  const TypeId door = bench.add("door", latest_by_key());
  std::shared_ptr<std::string> ann = std::make_shared<std::string>("ann");
  std::shared_ptr<std::string> bob = std::make_shared<std::string>("bob");
  PrivateEventsPtr anns = bench.log.open_private(ann);
  PrivateEventsPtr bobs = bench.log.open_private(bob);
};

TEST_F(PrivateEventsTest, are_for_their_owner_alone) {
  bench.emit(log, "1");
  bench.emit_to(*anns, log, "2");
  bench.emit_to(*bobs, state, "3");
  bench.emit_to(*anns, door, "front", "4");
  bench.emit(log, "5");
  EXPECT_EQ(text(bench.read(bench.log.earliest()).events), "log#1=1 log#5=5");
  EXPECT_EQ(text(bench.read(bench.log.newcomer(bench.everything)).events), "");
  EXPECT_EQ(text(bench.read_with(*anns, bench.log.earliest()).events), "log#1=1 log#2=2 door#4[front]=4 log#5=5");
  EXPECT_EQ(text(bench.read_with(*bobs, bench.log.earliest()).events), "log#1=1 state#3=3 log#5=5");
  EXPECT_EQ(anns->head(), 4U);
  EXPECT_EQ(bobs->head(), 3U);
  EXPECT_EQ(bench.log.head(), 5U);
}

TEST_F(PrivateEventsTest, come_only_if_their_type_is_in_the_subscription) {
  const TypeId secret = bench.add("secret", history(), true);
  bench.emit_to(*anns, log, "1");
  bench.emit_to(*anns, secret, "2");
  const auto read = [&](const SubscriptionPtr& wanted) {
    return text(bench.log.read(bench.after(0), *wanted, 2, 100, anns.get()).events);
  };
  EXPECT_EQ(read(bench.log.subscribe({"log"})), "log#1=1");
  EXPECT_EQ(read(bench.log.subscribe({"state"})), "");
  EXPECT_EQ(read(bench.everything), "log#1=1");
  EXPECT_EQ(read(bench.log.subscribe({}, {secret})), "log#1=1 secret#2=2");
}

TEST_F(PrivateEventsTest, of_the_public_state_and_the_own_one_a_snapshot_has_the_newer) {
  bench.emit_to(*anns, state, "own");
  bench.emit(state, "public");
  bench.emit(door, "front", "public");
  bench.emit_to(*anns, door, "front", "own");
  bench.emit(door, "back", "public");
  const Place place = bench.log.newcomer(bench.everything);
  EXPECT_EQ(text(bench.read_with(*anns, place).events), "state#2=public door#4[front]=own door#5[back]=public");
  EXPECT_EQ(text(bench.read_with(*bobs, place).events), "state#2=public door#3[front]=public door#5[back]=public");
}

TEST_F(PrivateEventsTest, a_newer_tombstone_hides_the_other_sides_state) {
  bench.emit(door, "front", "public");
  bench.emit_to(*anns, door, "front", "own");
  bench.emit_to(*anns, door, "back", "own");
  bench.emit(door, "back", "public");
  bench.erase_of(*anns, door, "front");
  bench.erase(door, "back");
  EXPECT_EQ(text(bench.read_with(*anns, bench.log.newcomer(bench.everything)).events), "");
  EXPECT_EQ(text(bench.read(bench.log.newcomer(bench.everything)).events), "door#1[front]=public");
}

TEST_F(PrivateEventsTest, a_state_above_the_place_hides_nothing_and_comes_as_news) {
  bench.emit(state, "public");
  const Place place = bench.log.newcomer(bench.everything);
  bench.emit_to(*anns, state, "own");
  const Batch snapshot = bench.read_with(*anns, place);
  EXPECT_EQ(text(snapshot.events), "state#1=public");
  EXPECT_TRUE(snapshot.more);
  EXPECT_EQ(text(bench.read_with(*anns, snapshot.next).events), "state#2=own");
}

TEST_F(PrivateEventsTest, an_erasure_without_an_own_state_does_nothing) {
  bench.emit(door, "front", "1");
  EXPECT_EQ(bench.erase_of(*anns, door, "front"), EmitStatus::ok);
  EXPECT_EQ(bench.erase_of(*anns, log, "front"), EmitStatus::bad_key);
  EXPECT_EQ(bench.log.head(), 1U);
  EXPECT_EQ(anns->head(), 0U);
}

TEST_F(PrivateEventsTest, have_limits_of_their_own) {
  bench.emit(log, "0");
  for (const char* payload : {"1", "2", "3", "4"}) bench.emit_to(*anns, log, payload);
  EXPECT_EQ(text(bench.read_with(*anns, bench.log.earliest()).events), "log#1=0 log#3=2 log#4=3 log#5=4");
  bench.emit_to(*anns, log, "123456789");
  EXPECT_EQ(text(bench.read_with(*anns, bench.log.earliest()).events), "log#1=0 log#5=4 log#6=123456789");
  EXPECT_EQ(bench.emit_to(*anns, door, "a", "1"), EmitStatus::ok);
  EXPECT_EQ(bench.emit_to(*anns, door, "b", "1"), EmitStatus::ok);
  EXPECT_EQ(bench.emit_to(*anns, door, "c", "1"), EmitStatus::too_many_keys);
  EXPECT_EQ(bench.emit(door, "c", "1"), EmitStatus::ok);
}

TEST_F(PrivateEventsTest, what_an_own_history_evicted_is_a_gap_for_its_owner_alone) {
  bench.emit(log, "0");
  for (const char* payload : {"1", "2", "3", "4", "5"}) bench.emit_to(*anns, log, payload);
  const Batch batch = bench.read_with(*anns, bench.after(1));
  EXPECT_EQ(batch.status, Resume::gap);
  EXPECT_EQ(text(batch.loss), "log (1,3]");
  EXPECT_EQ(text(batch.events), "log#4=3 log#5=4 log#6=5");
  EXPECT_EQ(bench.read_with(*anns, batch.next).status, Resume::ok);
  EXPECT_EQ(bench.read(bench.after(1)).status, Resume::ok);
  EXPECT_EQ(bench.read_with(*bobs, bench.after(1)).status, Resume::ok);
}

TEST_F(PrivateEventsTest, a_gap_of_everybodys_does_not_forgive_what_an_owner_lost_since) {
  LogBench busy{small()};
  const TypeId keyed = busy.add("door", latest_by_key().max_keys(1));
  const TypeId record = busy.add("log", history(100));
  const PrivateEventsPtr own = busy.log.open_private(ann);
  busy.emit(keyed, "a", "1");
  const Place place = busy.after(1);
  busy.erase(keyed, "a");
  busy.emit(keyed, "b", "1");
  const Sequence upto = busy.log.head();
  ASSERT_FALSE(concerns(own.get(), place));
  for (int i = 0; i < 5; ++i) busy.emit_to(*own, record, "1");
  Batch batch = busy.log.read(place, *busy.everything, upto, 100);
  EXPECT_EQ(text(batch.loss), "door (1,2]");
  std::string told;
  for (int i = 0; i < 5 && told.empty(); ++i) {
    batch = busy.read_with(*own, batch.next);
    if (batch.status == Resume::gap) told = text(batch.loss);
  }
  EXPECT_EQ(told, "log (1,5]");
}

TEST_F(PrivateEventsTest, a_state_that_was_held_back_comes_when_it_is_due) {
  const TypeId slow = bench.add("slow", latest().max_rate(10));
  bench.emit_to(*anns, slow, "1");
  bench.emit_to(*bobs, slow, "1");
  EXPECT_EQ(bench.emit_to(*anns, slow, "2"), EmitStatus::held_back);
  EXPECT_EQ(news(), (std::vector<std::string>{"ann", "bob"}));
  bench.pass(100);
  bench.log.advance(bench.now());
  EXPECT_EQ(news(), std::vector<std::string>{"ann"});
  EXPECT_EQ(text(bench.read_with(*anns, bench.after(2)).events), "slow#3=2");
}

TEST_F(PrivateEventsTest, a_read_is_concerned_by_news_and_by_states_that_a_snapshot_may_have) {
  const Place newcomer = bench.log.newcomer(bench.everything);
  EXPECT_FALSE(concerns(nullptr, newcomer));
  EXPECT_FALSE(concerns(anns.get(), newcomer));
  bench.emit_to(*anns, log, "1");
  EXPECT_TRUE(concerns(anns.get(), newcomer));
  EXPECT_FALSE(concerns(bobs.get(), newcomer));
  EXPECT_FALSE(concerns(anns.get(), bench.after(1)));
  EXPECT_FALSE(concerns(anns.get(), bench.log.newcomer(bench.everything)));
  bench.emit_to(*anns, state, "1");
  EXPECT_FALSE(concerns(anns.get(), bench.after(2)));
  EXPECT_TRUE(concerns(anns.get(), bench.log.newcomer(bench.everything)));
}

TEST_F(PrivateEventsTest, the_end_frees_bytes_and_schedule) {
  const TypeId slow = bench.add("slow", latest_by_key().max_rate(10));
  const TypeId brief = bench.add("brief", history().age(std::chrono::milliseconds(50)));
  for (int i = 0; i < 2; ++i) {
    bench.emit_to(*anns, slow, "a", "11");
    bench.emit_to(*anns, brief, "222");
  }
  bench.emit_to(*bobs, log, "3");
  EXPECT_EQ(bench.log.bytes(), 13U);
  EXPECT_NE(bench.log.next_due(), std::nullopt);
  bench.log.close_private(*anns);
  bench.log.close_private(*anns);
  EXPECT_EQ(bench.log.bytes(), 1U);
  EXPECT_EQ(bench.log.next_due(), std::nullopt);
  EXPECT_EQ(news(), std::vector<std::string>{"bob"});
  EXPECT_EQ(bench.emit_to(*anns, log, "1"), EmitStatus::detached);
  EXPECT_EQ(bench.erase_of(*anns, slow, "a"), EmitStatus::detached);
  const Batch batch = bench.read_with(*anns, bench.log.earliest());
  EXPECT_EQ(text(batch.events), "");
  EXPECT_EQ(batch.next.after, bench.log.head());
  bobs = nullptr;
  EXPECT_EQ(bench.log.bytes(), 0U);
}

TEST_F(PrivateEventsTest, are_no_types_between_places) {
  bench.emit(log, "1");
  bench.emit_to(*anns, state, "2");
  bench.emit(door, "front", "3");
  std::vector<TypeId> types;
  EXPECT_TRUE(bench.log.types_between(0, 3, types));
  EXPECT_EQ(types, (std::vector<TypeId>{log, door}));
}

TEST_F(PrivateEventsTest, news_name_each_living_owner_once_in_order) {
  EXPECT_EQ(news(), std::vector<std::string>{});
  bench.emit(log, "1");
  EXPECT_EQ(news(), std::vector<std::string>{});
  bench.emit_to(*bobs, log, "1");
  bench.emit_to(*anns, log, "1");
  bench.emit_to(*bobs, log, "1");
  EXPECT_EQ(news(), (std::vector<std::string>{"bob", "ann"}));
  EXPECT_EQ(news(), std::vector<std::string>{});
  bench.emit_to(*anns, log, "1");
  bench.emit_to(*bobs, log, "1");
  ann = nullptr;
  EXPECT_EQ(news(), std::vector<std::string>{"bob"});
}

}  // namespace
}  // namespace pushwire::log
