#include <gtest/gtest.h>

#include <string>

#include "log/log_bench.hpp"

namespace pushwire::log {
namespace {

TEST(KeyedStore, keeps_the_newest_value_of_each_key) {
  LogBench bench;
  const TypeId type = bench.add("door", latest_by_key());
  bench.emit(type, "front", "open");
  bench.emit(type, "back", "open");
  bench.emit(type, "front", "shut");
  EXPECT_EQ(text(bench.read(bench.after(0)).events), "door#2[back]=open door#3[front]=shut");
  EXPECT_EQ(bench.log.bytes(), 17U);
}

TEST(KeyedStore, an_erased_key_leaves_a_tombstone_for_those_who_come_late) {
  LogBench bench;
  const TypeId type = bench.add("door", latest_by_key());
  bench.emit(type, "front", "open");
  EXPECT_EQ(bench.erase(type, "front"), EmitStatus::ok);
  EXPECT_EQ(text(bench.read(bench.after(1)).events), "door#2[front]-");
}

TEST(KeyedStore, erasing_what_is_not_there_does_nothing) {
  LogBench bench;
  const TypeId type = bench.add("door", latest_by_key());
  EXPECT_EQ(bench.erase(type, "front"), EmitStatus::ok);
  bench.emit(type, "front", "open");
  bench.erase(type, "front");
  EXPECT_EQ(bench.erase(type, "front"), EmitStatus::ok);
  EXPECT_EQ(bench.log.head(), 2U);
}

TEST(KeyedStore, an_erased_key_that_comes_back_replaces_its_tombstone_without_a_loss) {
  LogBench bench;
  const TypeId type = bench.add("door", latest_by_key());
  bench.emit(type, "front", "open");
  bench.erase(type, "front");
  bench.emit(type, "front", "shut");
  const Batch batch = bench.read(bench.after(1));
  EXPECT_EQ(batch.status, Resume::ok);
  EXPECT_EQ(text(batch.events), "door#3[front]=shut");
}

TEST(KeyedStore, a_key_too_many_is_refused_while_none_is_erased) {
  LogBench bench;
  const TypeId type = bench.add("door", latest_by_key().max_keys(2));
  bench.emit(type, "a", "1");
  bench.emit(type, "b", "1");
  EXPECT_EQ(bench.emit(type, "c", "1"), EmitStatus::too_many_keys);
  EXPECT_EQ(bench.emit(type, "a", "2"), EmitStatus::ok);
  EXPECT_EQ(bench.log.head(), 3U);
}

TEST(KeyedStore, the_oldest_tombstone_makes_way_for_a_new_key) {
  LogBench bench;
  const TypeId type = bench.add("door", latest_by_key().max_keys(3));
  for (const char* key : {"a", "b", "c"}) bench.emit(type, key, "1");
  bench.erase(type, "b");
  bench.erase(type, "a");
  EXPECT_EQ(bench.emit(type, "d", "1"), EmitStatus::ok);
  EXPECT_EQ(text(bench.read(bench.log.earliest()).events), "door#3[c]=1 door#5[a]- door#6[d]=1");
  EXPECT_EQ(bench.emit(type, "b", "2"), EmitStatus::ok);
  EXPECT_EQ(bench.emit(type, "e", "1"), EmitStatus::too_many_keys);
  EXPECT_EQ(text(bench.read(bench.log.earliest()).events), "door#3[c]=1 door#6[d]=1 door#7[b]=2");
}

TEST(KeyedStore, many_values_of_many_keys_leave_the_newest_of_each) {
  LogBench bench;
  const TypeId type = bench.add("t", latest_by_key());
  for (int round = 0; round < 100; ++round) {
    for (int key = 0; key < 100; ++key) {
      if (key % 10 == 0 || key % 100 == round) bench.emit(type, "k" + std::to_string(key), std::to_string(round));
    }
  }
  const Batch batch = bench.read(bench.log.earliest());
  ASSERT_EQ(batch.events.size(), 100U);
  for (const EventPtr& event : batch.events) {
    const int key = std::stoi(std::string(event->key.substr(1)));
    EXPECT_EQ(event->payload, std::to_string(key % 10 == 0 ? 99 : key));
  }
}

}  // namespace
}  // namespace pushwire::log
