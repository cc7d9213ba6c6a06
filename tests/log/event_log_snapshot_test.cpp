#include <gtest/gtest.h>

#include <string>

#include "log/log_bench.hpp"

namespace pushwire::log {
namespace {

struct Snapshot : ::testing::Test {
  LogBench bench;
  TypeId log = bench.add("log", history());
  TypeId state = bench.add("state", latest());
  TypeId door = bench.add("door", latest_by_key());
};

TEST_F(Snapshot, a_newcomer_gets_the_states_in_order_then_what_follows) {
  bench.emit(door, "front", "open");  // 1
  bench.emit(log, "old");             // 2
  bench.emit(state, "on");            // 3
  bench.emit(door, "back", "open");   // 4
  bench.erase(door, "front");         // 5
  const Place place = bench.log.newcomer(bench.everything);
  bench.emit(log, "new");  // 6
  Batch batch = bench.read(place);
  EXPECT_EQ(batch.status, Resume::fresh);
  EXPECT_TRUE(batch.snapshot);
  EXPECT_EQ(text(batch.events), "state#3=on door#4[back]=open");
  EXPECT_TRUE(batch.snapshot_ended);
  EXPECT_TRUE(batch.more);
  EXPECT_EQ(batch.next.after, 5U);
  batch = bench.read(batch.next);
  EXPECT_EQ(batch.status, Resume::ok);
  EXPECT_FALSE(batch.snapshot);
  EXPECT_EQ(text(batch.events), "log#6=new");
}

TEST_F(Snapshot, an_empty_one_ends_at_once) {
  bench.emit(log, "old");
  const Batch batch = bench.read(bench.log.newcomer(bench.everything));
  EXPECT_TRUE(batch.snapshot);
  EXPECT_TRUE(batch.snapshot_ended);
  EXPECT_TRUE(batch.events.empty());
  EXPECT_FALSE(batch.more);
  EXPECT_FALSE(batch.next.snapshot_due());
}

TEST_F(Snapshot, a_long_one_comes_in_batches_that_leave_the_cursor_alone) {
  for (const char* key : {"a", "b", "c"}) bench.emit(door, key, "1");
  Batch batch = bench.read(bench.log.newcomer(bench.everything), 4);
  EXPECT_EQ(text(batch.events), "door#1[a]=1 door#2[b]=1");
  EXPECT_TRUE(batch.more);
  EXPECT_FALSE(batch.snapshot_ended);
  EXPECT_EQ(batch.next.after, 3U);
  batch = bench.read(batch.next, 4);
  EXPECT_EQ(batch.status, Resume::ok);
  EXPECT_EQ(text(batch.events), "door#3[c]=1");
  EXPECT_TRUE(batch.snapshot_ended);
  EXPECT_FALSE(batch.more);
}

TEST_F(Snapshot, states_that_change_before_they_were_given_come_as_news) {
  for (const char* key : {"a", "b", "c"}) bench.emit(door, key, "1");
  Batch batch = bench.read(bench.log.newcomer(bench.everything), 2);
  bench.emit(door, "b", "2");
  bench.erase(door, "c");
  batch = bench.read(batch.next);
  EXPECT_TRUE(batch.events.empty());
  EXPECT_TRUE(batch.snapshot_ended);
  EXPECT_TRUE(batch.more);
  EXPECT_EQ(text(bench.read(batch.next).events), "door#4[b]=2 door#5[c]-");
}

TEST_F(Snapshot, has_only_what_is_subscribed) {
  bench.emit(state, "on");
  bench.emit(door, "a", "1");
  const SubscriptionPtr doors = bench.log.subscribe({"door"});
  EXPECT_EQ(text(bench.log.read(bench.log.newcomer(doors), *doors, 2, 100).events), "door#2[a]=1");
  EXPECT_EQ(text(bench.log.read(bench.log.newcomer(bench.everything), *doors, 2, 100).events), "door#2[a]=1");
  EXPECT_EQ(text(bench.log.read(bench.log.newcomer(doors), *bench.everything, 2, 100).events), "door#2[a]=1");
}

TEST_F(Snapshot, a_reader_that_widens_gets_the_states_it_lacks_before_the_news) {
  bench.emit(state, "on");     // 1
  bench.emit(door, "a", "1");  // 2
  bench.emit(log, "x");        // 3
  const Place place = bench.log.resume({kEpoch, 2}, bench.log.subscribe({"door"}));
  Batch batch = bench.read(place);
  EXPECT_EQ(batch.status, Resume::ok);
  EXPECT_TRUE(batch.snapshot);
  EXPECT_EQ(text(batch.events), "door#2[a]=1");
  EXPECT_EQ(batch.next.after, 2U);
  batch = bench.read(batch.next);
  EXPECT_EQ(text(batch.events), "log#3=x");
}

TEST_F(Snapshot, a_reader_that_resumes_without_fresh_types_gets_none) {
  bench.emit(state, "on");
  bench.emit(door, "a", "1");
  EXPECT_TRUE(bench.read(bench.after(2)).events.empty());
}

TEST_F(Snapshot, a_busy_history_does_not_keep_a_newcomer_from_ending_it) {
  const TypeId busy = bench.add("busy", history(1));
  for (const char* key : {"a", "b", "c"}) bench.emit(door, key, "1");
  Batch batch = bench.read(bench.log.newcomer(bench.everything), 1);
  int batches = 1;
  while (!batch.snapshot_ended) {
    bench.emit(busy, "1");
    bench.emit(busy, "2");
    batch = bench.read(batch.next, 1);
    EXPECT_EQ(batch.status, Resume::ok);
    ASSERT_LT(++batches, 10);
  }
  batch = bench.read(batch.next);
  EXPECT_EQ(batch.status, Resume::gap);
  EXPECT_EQ(text(batch.loss), "busy (3,6]");
  EXPECT_EQ(text(batch.events), "busy#7=2");
}

TEST_F(Snapshot, a_cursors_loss_is_told_before_the_states_it_lacks) {
  const TypeId busy = bench.add("busy", history(1));
  bench.emit(state, "on");  // 1
  bench.emit(busy, "2");
  bench.emit(busy, "3");
  Batch batch = bench.read(bench.log.resume({kEpoch, 1}, bench.log.subscribe({"state"})));
  EXPECT_EQ(batch.status, Resume::gap);
  EXPECT_EQ(text(batch.loss), "busy (1,2]");
  EXPECT_TRUE(batch.events.empty());
  batch = bench.read(batch.next);
  EXPECT_EQ(text(batch.events), "state#1=on");
  EXPECT_TRUE(batch.snapshot_ended);
  batch = bench.read(batch.next);
  EXPECT_EQ(batch.status, Resume::ok);
  EXPECT_EQ(text(batch.events), "busy#3=3");
}

TEST_F(Snapshot, one_that_is_due_is_joined_by_what_a_forgotten_tombstone_asks_for) {
  const TypeId few = bench.add("few", latest_by_key().max_keys(1));
  bench.emit(state, "on");    // 1
  bench.emit(few, "a", "1");  // 2
  bench.erase(few, "a");      // 3
  bench.emit(few, "b", "1");  // 4
  Batch batch = bench.read(bench.log.resume({kEpoch, 2}, bench.log.subscribe({"state"})));
  EXPECT_EQ(text(batch.loss), "few (2,3]");
  EXPECT_EQ(batch.next.states, bench.log.subscribe({"few", "state"}));
  batch = bench.read(batch.next);
  EXPECT_EQ(text(batch.events), "state#1=on");
  EXPECT_EQ(text(bench.read(batch.next).events), "few#4[b]=1");
}

TEST_F(Snapshot, one_that_a_cursor_asked_for_begins_anew_when_a_tombstone_is_forgotten_in_its_middle) {
  const TypeId few = bench.add("few", latest_by_key().max_keys(3));
  for (const char* key : {"a", "b", "c"}) bench.emit(few, key, "1");
  Batch batch = bench.read(bench.log.resume({kEpoch, 3}, bench.log.subscribe({"few"})), 2);
  EXPECT_EQ(text(batch.events), "few#1[a]=1");
  bench.erase(few, "b");
  bench.emit(few, "d", "1");
  batch = bench.read(batch.next);
  EXPECT_EQ(text(batch.loss), "few (3,4]");
  EXPECT_EQ(text(bench.read(batch.next).events), "few#1[a]=1 few#3[c]=1");
}

}  // namespace
}  // namespace pushwire::log
