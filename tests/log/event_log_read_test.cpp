#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "log/log_bench.hpp"

namespace pushwire::log {
namespace {

TEST(EventLogRead, gives_all_types_in_one_order) {
  LogBench bench;
  const TypeId log = bench.add("log", history());
  const TypeId state = bench.add("state", latest());
  bench.emit(log, "1");
  bench.emit(state, "on");
  bench.emit(log, "2");
  const Batch batch = bench.read(bench.after(0));
  EXPECT_EQ(text(batch.events), "log#1=1 state#2=on log#3=2");
  EXPECT_EQ(batch.status, Resume::ok);
  EXPECT_FALSE(batch.snapshot);
  EXPECT_FALSE(batch.more);
  EXPECT_EQ(batch.next.after, 3U);
}

TEST(EventLogRead, moves_the_cursor_past_what_the_subscription_lacks_and_past_nothing) {
  LogBench bench;
  const TypeId log = bench.add("log", history());
  bench.emit(log, "1");
  bench.emit(log, "2");
  const SubscriptionPtr other = bench.log.subscribe({"other"});
  const Batch batch = bench.log.read(bench.after(0), *other, bench.log.head(), 100);
  EXPECT_TRUE(batch.events.empty());
  EXPECT_EQ(batch.next.after, 2U);
  EXPECT_EQ(bench.read(bench.after(2)).next.after, 2U);
}

TEST(EventLogRead, never_goes_beyond_its_bound_nor_back_to_it) {
  LogBench bench;
  const TypeId log = bench.add("log", history());
  for (const char* payload : {"1", "2", "3"}) bench.emit(log, payload);
  Batch batch = bench.log.read(bench.after(0), *bench.everything, 2, 100);
  EXPECT_EQ(text(batch.events), "log#1=1 log#2=2");
  EXPECT_EQ(batch.next.after, 2U);
  EXPECT_FALSE(batch.more);
  batch = bench.log.read(bench.after(3), *bench.everything, 2, 100);
  EXPECT_EQ(batch.next.after, 3U);
  batch = bench.log.read(bench.after(0), *bench.everything, 99, 100);
  EXPECT_EQ(batch.next.after, 3U);
}

TEST(EventLogRead, stops_at_its_byte_limit_and_goes_on_from_there) {
  LogBench bench;
  const TypeId log = bench.add("log", history());
  for (const char* payload : {"aaa", "bbb", "cccccccc", "d"}) bench.emit(log, payload);
  Batch batch = bench.read(bench.after(0), 6);
  EXPECT_EQ(text(batch.events), "log#1=aaa log#2=bbb");
  EXPECT_TRUE(batch.more);
  EXPECT_EQ(batch.next.after, 2U);
  batch = bench.read(batch.next, 6);
  EXPECT_EQ(text(batch.events), "log#3=cccccccc");
  EXPECT_TRUE(batch.more);
  batch = bench.read(batch.next, 6);
  EXPECT_EQ(text(batch.events), "log#4=d");
  EXPECT_FALSE(batch.more);
}

TEST(EventLogRead, counts_keys_and_limits_the_number_of_empty_events) {
  LogBench bench;
  const TypeId door = bench.add("door", latest_by_key());
  const TypeId pulse = bench.add("pulse", history(10000));
  bench.emit(door, "front", "1");
  bench.emit(door, "back", "1");
  EXPECT_EQ(text(bench.read(bench.after(0), 10).events), "door#1[front]=1");
  for (int i = 0; i < 5000; ++i) bench.emit(pulse, "");
  const Batch batch = bench.read(bench.after(2));
  EXPECT_EQ(batch.events.size(), EventLog::kBatchEvents);
  EXPECT_TRUE(batch.more);
  EXPECT_EQ(batch.next.after, 2 + EventLog::kBatchEvents);
}

TEST(EventLogRead, says_no_more_when_what_follows_is_not_subscribed) {
  LogBench bench;
  const TypeId log = bench.add("log", history());
  const TypeId noise = bench.add("noise", history());
  bench.emit(log, "1");
  bench.emit(noise, "1");
  const Batch batch = bench.log.read(bench.after(0), *bench.log.subscribe({"log"}), 2, 1);
  EXPECT_FALSE(batch.more);
  EXPECT_EQ(batch.next.after, 2U);
}

TEST(EventLogRead, gives_the_same_from_the_index_and_from_the_types_own_rings) {
  LogLimits small;
  small.indexed = 4;
  LogBench merged(small);
  LogBench indexed;
  for (LogBench* bench : {&merged, &indexed}) {
    const TypeId log = bench->add("log", history(50));
    const TypeId state = bench->add("state", latest());
    const TypeId door = bench->add("door", latest_by_key());
    for (int i = 0; i < 60; ++i) {
      bench->emit(log, std::to_string(i));
      if (i % 7 == 0) bench->emit(state, std::to_string(i));
      if (i % 3 == 0) bench->emit(door, std::to_string(i % 4), "x");
      if (i % 11 == 0) bench->erase(door, std::to_string(i % 4));
    }
  }
  for (Sequence after = 0; after <= indexed.log.head(); ++after) {
    Place a = merged.after(after);
    Place b = indexed.after(after);
    do {
      const Batch from_rings = merged.read(a, 40);
      const Batch from_index = indexed.read(b, 40);
      ASSERT_EQ(text(from_rings.events), text(from_index.events)) << after;
      ASSERT_EQ(from_rings.more, from_index.more);
      ASSERT_EQ(text(from_rings.loss), text(from_index.loss));
      ASSERT_EQ(from_rings.next.after, from_index.next.after);
      a = from_rings.next;
      b = from_index.next;
    } while (a.after < merged.log.head());
  }
}

TEST(EventLogResume, begins_after_a_cursor_of_this_epoch) {
  LogBench bench;
  const TypeId log = bench.add("log", history());
  bench.emit(log, "1");
  bench.emit(log, "2");
  const Batch batch = bench.read(bench.after(1));
  EXPECT_EQ(batch.status, Resume::ok);
  EXPECT_EQ(text(batch.events), "log#2=2");
}

TEST(EventLogResume, a_cursor_of_another_epoch_or_of_the_future_is_a_reset_told_once) {
  LogBench bench;
  const TypeId log = bench.add("log", history());
  bench.emit(log, "1");
  for (const Cursor& cursor : {Cursor{Epoch{'o', 't', 'h', 'e', 'r', '0', '0', '0'}, 1}, Cursor{kEpoch, 9}}) {
    const Batch batch = bench.read(bench.log.resume(cursor, bench.everything));
    EXPECT_EQ(batch.status, Resume::reset);
    EXPECT_FALSE(batch.snapshot);
    EXPECT_EQ(batch.events.at(0)->id.sequence, 1U);
    bench.emit(log, "2");
    EXPECT_EQ(bench.read(batch.next).status, Resume::ok);
  }
}

TEST(EventLogResume, earliest_is_fresh_and_reads_what_is_kept_without_a_gap) {
  LogBench bench;
  const TypeId log = bench.add("log", history(2));
  for (const char* payload : {"1", "2", "3"}) bench.emit(log, payload);
  const Batch batch = bench.read(bench.log.earliest());
  EXPECT_EQ(batch.status, Resume::fresh);
  EXPECT_EQ(text(batch.events), "log#2=2 log#3=3");
  EXPECT_EQ(batch.next.resume, Resume::ok);
}

TEST(EventLogResume, the_first_batch_of_an_empty_log_still_says_how_it_began) {
  LogBench bench;
  EXPECT_EQ(bench.read(bench.log.earliest()).status, Resume::fresh);
  EXPECT_EQ(bench.read(bench.log.reset()).status, Resume::reset);
  EXPECT_EQ(bench.read(bench.after(0)).status, Resume::ok);
}

TEST(TypesBetween, names_each_type_with_an_event_once) {
  LogBench bench;
  const TypeId a = bench.add("a", latest());
  const TypeId b = bench.add("b", history());
  const TypeId c = bench.add("c", history());
  for (const TypeId type : {a, b, a, b, c}) bench.emit(type, "1");
  std::vector<TypeId> types;
  EXPECT_TRUE(bench.log.types_between(0, 4, types));
  EXPECT_EQ(types, (std::vector<TypeId>{a, b}));
  EXPECT_TRUE(bench.log.types_between(3, 99, types));
  EXPECT_EQ(types, (std::vector<TypeId>{a, b, c}));
  types.clear();
  EXPECT_TRUE(bench.log.types_between(5, 5, types));
  EXPECT_TRUE(types.empty());
}

TEST(TypesBetween, cannot_tell_beyond_the_index) {
  LogLimits small;
  small.indexed = 16;
  LogBench bench(small);
  const TypeId a = bench.add("a", latest());
  for (int i = 0; i < 40; ++i) bench.emit(a, "1");
  std::vector<TypeId> types;
  EXPECT_FALSE(bench.log.types_between(23, 40, types));
  EXPECT_TRUE(types.empty());
  EXPECT_TRUE(bench.log.types_between(24, 40, types));
  EXPECT_EQ(types.size(), 1U);
}

}  // namespace
}  // namespace pushwire::log
