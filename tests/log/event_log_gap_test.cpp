#include <gtest/gtest.h>

#include <string>

#include "log/log_bench.hpp"

namespace pushwire::log {
namespace {

void emit(LogBench& bench, TypeId type, int count) {
  for (int i = 0; i < count; ++i) bench.emit(type, std::to_string(bench.log.head() + 1));
}

TEST(Gap, what_a_history_evicted_is_told_once_and_what_is_kept_follows) {
  LogBench bench;
  const TypeId log = bench.add("log", history(2));
  emit(bench, log, 5);
  const Batch batch = bench.read(bench.after(1));
  EXPECT_EQ(batch.status, Resume::gap);
  EXPECT_EQ(text(batch.loss), "log (1,3]");
  EXPECT_EQ(text(batch.events), "log#4=4 log#5=5");
  emit(bench, log, 1);
  EXPECT_EQ(bench.read(batch.next).status, Resume::ok);
}

TEST(Gap, a_reader_that_had_read_what_was_evicted_has_none) {
  LogBench bench;
  const TypeId log = bench.add("log", history(2));
  emit(bench, log, 5);
  EXPECT_EQ(bench.read(bench.after(3)).status, Resume::ok);
  EXPECT_EQ(bench.read(bench.after(2)).status, Resume::gap);
}

TEST(Gap, names_only_subscribed_types_in_order_of_registration) {
  LogBench bench;
  const TypeId c = bench.add("c", history(1));
  const TypeId a = bench.add("a", history(1));
  const TypeId b = bench.add("b", history(1));
  for (const TypeId type : {a, c, b}) emit(bench, type, 2);
  const Place start = bench.after(0);
  EXPECT_EQ(text(bench.read(start).loss), "c,a,b (0,5]");
  EXPECT_EQ(text(bench.log.read(start, *bench.log.subscribe({"a"}), 6, 100).loss), "a (0,1]");
  bench.add("quiet", history(1));
  EXPECT_EQ(bench.log.read(start, *bench.log.subscribe({"quiet"}), 6, 100).status, Resume::ok);
}

TEST(Gap, a_read_that_stops_early_tells_its_part_and_the_next_one_the_rest) {
  LogBench bench;
  const TypeId kept = bench.add("kept", history(10));
  const TypeId log = bench.add("log", history(1));
  emit(bench, kept, 1);  // 1
  emit(bench, log, 1);   // 2
  emit(bench, kept, 1);  // 3
  emit(bench, log, 2);   // 4, 5
  Batch batch = bench.read(bench.after(0), 1);
  EXPECT_EQ(text(batch.loss), "log (0,1]");
  EXPECT_EQ(text(batch.events), "kept#1=1");
  batch = bench.read(batch.next, 1);
  EXPECT_EQ(text(batch.loss), "log (1,3]");
  batch = bench.read(batch.next, 1);
  EXPECT_EQ(text(batch.loss), "log (3,4]");
  EXPECT_EQ(text(batch.events), "log#5=5");
  EXPECT_EQ(bench.read(batch.next).status, Resume::ok);
}

TEST(Gap, eviction_by_bytes_and_by_age_is_a_loss_too) {
  LogBench bench;
  const TypeId bytes = bench.add("bytes", history(10).bytes(3));
  const TypeId aged = bench.add("aged", history(10).age(std::chrono::milliseconds(10)));
  bench.emit(bytes, "11");
  bench.emit(bytes, "22");
  bench.emit(aged, "3");
  EXPECT_EQ(text(bench.read(bench.after(0)).loss), "bytes (0,1]");
  bench.pass(10);
  bench.log.advance(bench.now());
  EXPECT_EQ(text(bench.read(bench.after(0)).loss), "bytes,aged (0,3]");
}

TEST(Gap, a_reader_from_the_earliest_on_hears_of_later_evictions_only) {
  LogBench bench;
  const TypeId log = bench.add("log", history(2));
  emit(bench, log, 5);
  const Batch first = bench.read(bench.log.earliest(), 1);
  EXPECT_EQ(text(first.events), "log#4=4");
  emit(bench, log, 2);
  const Batch second = bench.read(first.next);
  EXPECT_EQ(second.status, Resume::gap);
  EXPECT_EQ(text(second.loss), "log (4,5]");
  EXPECT_EQ(text(second.events), "log#6=6 log#7=7");
}

TEST(Gap, a_first_batch_says_fresh_or_reset_and_the_next_one_the_loss) {
  LogBench bench;
  const TypeId log = bench.add("log", history(2));
  emit(bench, log, 2);
  for (Place place : {bench.log.earliest(), bench.log.reset()}) {
    emit(bench, log, 2);
    const Batch first = bench.read(place);
    EXPECT_EQ(first.status, place.resume);
    EXPECT_TRUE(first.events.empty());
    EXPECT_TRUE(first.more);
    const Batch second = bench.read(first.next);
    EXPECT_EQ(second.status, Resume::gap);
    EXPECT_EQ(second.events.size(), 2U);
  }
}

TEST(Gap, a_reader_that_follows_a_full_history_never_has_one) {
  LogBench bench;
  const TypeId log = bench.add("log", history(1));
  Place place = bench.log.newcomer(bench.everything);
  for (int i = 0; i < 100; ++i) {
    const Batch batch = bench.read(place);
    EXPECT_NE(batch.status, Resume::gap);
    place = batch.next;
    emit(bench, log, 1);
  }
}

TEST(Gap, places_of_level_readers_are_equal_whenever_they_began) {
  LogBench bench;
  const TypeId log = bench.add("log", history(1));
  emit(bench, log, 3);
  Place early = bench.read(bench.log.newcomer(bench.everything)).next;
  emit(bench, log, 3);
  Place late = bench.read(bench.log.newcomer(bench.everything)).next;
  emit(bench, log, 1);
  early = bench.read(early).next;
  late = bench.read(late).next;
  EXPECT_EQ(early.after, late.after);
  EXPECT_EQ(early.forgiven, late.forgiven);
}

TEST(ForgottenTombstone, a_reader_that_knew_the_key_is_given_the_types_states_anew) {
  LogBench bench;
  const TypeId log = bench.add("log", history());
  const TypeId door = bench.add("door", latest_by_key().max_keys(3));
  bench.emit(door, "a", "1");  // 1
  bench.emit(door, "b", "1");  // 2
  bench.emit(log, "x");        // 3
  bench.erase(door, "a");      // 4
  bench.emit(door, "c", "1");  // 5
  bench.emit(log, "y");        // 6
  bench.emit(door, "d", "1");  // 7, forgets 4
  Batch batch = bench.read(bench.after(2));
  EXPECT_EQ(batch.status, Resume::gap);
  EXPECT_EQ(text(batch.loss), "door (2,4]");
  EXPECT_TRUE(batch.events.empty());
  EXPECT_TRUE(batch.more);
  EXPECT_EQ(batch.next.after, 2U);
  ASSERT_TRUE(batch.next.snapshot_due());
  EXPECT_EQ(batch.next.states, bench.log.subscribe({"door"}));

  batch = bench.read(batch.next);
  EXPECT_EQ(batch.status, Resume::ok);
  EXPECT_TRUE(batch.snapshot);
  EXPECT_TRUE(batch.snapshot_ended);
  EXPECT_EQ(text(batch.events), "door#2[b]=1");
  EXPECT_TRUE(batch.more);
  batch = bench.read(batch.next);
  EXPECT_EQ(batch.status, Resume::ok);
  EXPECT_EQ(text(batch.events), "log#3=x door#5[c]=1 log#6=y door#7[d]=1");
}

TEST(ForgottenTombstone, neither_a_reader_from_before_the_key_nor_one_that_heard_of_its_end_has_a_gap) {
  LogBench bench;
  const TypeId door = bench.add("door", latest_by_key().max_keys(1));
  const TypeId log = bench.add("log", history());
  bench.emit(log, "x");        // 1
  bench.emit(door, "a", "1");  // 2
  bench.emit(door, "a", "2");  // 3
  bench.erase(door, "a");      // 4
  bench.emit(door, "b", "1");  // 5, forgets 4
  for (const Sequence after : {0U, 1U, 4U, 5U}) EXPECT_EQ(bench.read(bench.after(after)).status, Resume::ok) << after;
  for (const Sequence after : {2U, 3U}) EXPECT_EQ(bench.read(bench.after(after)).status, Resume::gap) << after;
}

TEST(ForgottenTombstone, keys_that_come_and_go_do_not_tear_a_slow_reader_back) {
  LogBench bench;
  const TypeId door = bench.add("door", latest_by_key().max_keys(4));
  const TypeId log = bench.add("log", history(1000));
  bench.emit(door, "stays", "1");
  Place place = bench.read(bench.after(0)).next;
  for (int i = 0; i < 200; ++i) {
    bench.emit(log, "x");
    bench.emit(door, std::to_string(i), "1");
    bench.erase(door, std::to_string(i));
  }
  int batches = 0;
  while (place.after < bench.log.head()) {
    const Batch batch = bench.read(place, 1);
    EXPECT_EQ(batch.status, Resume::ok);
    place = batch.next;
    ASSERT_LT(++batches, 300);
  }
}

TEST(ForgottenTombstone, a_loss_of_a_history_in_the_same_gap_is_told_in_full_and_once) {
  LogBench bench;
  const TypeId log = bench.add("log", history(1));
  const TypeId door = bench.add("door", latest_by_key().max_keys(1));
  bench.emit(door, "a", "1");  // 1
  emit(bench, log, 3);         // 2 to 4, 4 is kept
  bench.erase(door, "a");      // 5
  bench.emit(door, "b", "1");  // 6
  Batch batch = bench.read(bench.after(1));
  EXPECT_EQ(text(batch.loss), "log,door (1,5]");
  batch = bench.read(batch.next);
  EXPECT_TRUE(batch.snapshot_ended);
  batch = bench.read(batch.next);
  EXPECT_EQ(batch.status, Resume::ok);
  EXPECT_EQ(text(batch.events), "log#4=4 door#6[b]=1");
}

}  // namespace
}  // namespace pushwire::log
