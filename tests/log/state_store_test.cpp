#include <gtest/gtest.h>

#include <string>

#include "log/log_bench.hpp"

namespace pushwire::log {
namespace {

TEST(LatestStore, a_slow_reader_skips_to_the_newest_value_without_a_gap) {
  LogBench bench;
  const TypeId type = bench.add("temperature", latest());
  bench.emit(type, "20");
  const Place place = bench.read(bench.after(0)).next;
  for (const char* value : {"21", "22", "23"}) bench.emit(type, value);
  const Batch batch = bench.read(place);
  EXPECT_EQ(batch.status, Resume::ok);
  EXPECT_EQ(text(batch.events), "temperature#4=23");
  EXPECT_EQ(bench.log.bytes(), 2U);
}

TEST(MaxRate, a_state_over_its_rate_is_held_back_and_the_last_one_published_when_due) {
  LogBench bench;
  const TypeId type = bench.add("t", latest().max_rate(10));
  EXPECT_EQ(bench.emit(type, "1"), EmitStatus::ok);
  bench.pass(30);
  EXPECT_EQ(bench.emit(type, "2"), EmitStatus::held_back);
  bench.pass(30);
  EXPECT_EQ(bench.emit(type, "3"), EmitStatus::held_back);
  EXPECT_EQ(bench.log.head(), 1U);
  EXPECT_EQ(bench.log.next_due(), LogBench::steady(1'000'100));
  bench.pass(39);
  bench.log.advance(bench.now());
  EXPECT_EQ(bench.log.head(), 1U);
  bench.pass(1);
  bench.log.advance(bench.now());
  const Batch batch = bench.read(bench.after(1));
  EXPECT_EQ(text(batch.events), "t#2=3");
  EXPECT_EQ(batch.events.at(0)->at_ms, 1'700'001'000'060);
  EXPECT_EQ(bench.log.next_due(), std::nullopt);
}

TEST(MaxRate, the_interval_begins_anew_when_a_held_back_state_is_published) {
  LogBench bench;
  const TypeId type = bench.add("t", latest().max_rate(10));
  bench.emit(type, "1");
  bench.emit(type, "2");
  bench.pass(150);
  bench.log.advance(bench.now());
  bench.pass(99);
  EXPECT_EQ(bench.emit(type, "3"), EmitStatus::held_back);
  EXPECT_EQ(bench.log.next_due(), LogBench::steady(1'000'250));
}

TEST(MaxRate, a_newer_state_in_time_replaces_the_one_held_back) {
  LogBench bench;
  const TypeId type = bench.add("t", latest().max_rate(10));
  bench.emit(type, "1");
  bench.emit(type, "2");
  bench.pass(100);
  EXPECT_EQ(bench.emit(type, "3"), EmitStatus::ok);
  bench.pass(1000);
  bench.log.advance(bench.now());
  EXPECT_EQ(text(bench.read(bench.after(0)).events), "t#2=3");
  EXPECT_EQ(bench.log.bytes(), 1U);
}

TEST(MaxRate, holds_back_each_key_by_itself_in_order_of_its_time) {
  LogBench bench;
  const TypeId type = bench.add("t", latest_by_key().max_rate(10));
  bench.emit(type, "a", "1");
  bench.pass(20);
  bench.emit(type, "b", "1");
  bench.pass(20);
  EXPECT_EQ(bench.emit(type, "b", "2"), EmitStatus::held_back);
  EXPECT_EQ(bench.emit(type, "a", "2"), EmitStatus::held_back);
  EXPECT_EQ(bench.emit(type, "c", "1"), EmitStatus::ok);
  EXPECT_EQ(bench.log.next_due(), LogBench::steady(1'000'100));
  bench.pass(60);
  bench.log.advance(bench.now());
  EXPECT_EQ(text(bench.read(bench.after(3)).events), "t#4[a]=2");
  EXPECT_EQ(bench.log.next_due(), LogBench::steady(1'000'120));
  bench.pass(20);
  bench.log.advance(bench.now());
  EXPECT_EQ(text(bench.read(bench.after(4)).events), "t#5[b]=2");
}

TEST(MaxRate, those_due_at_once_are_published_as_they_were_first_held_back) {
  LogBench bench;
  const TypeId second = bench.add("second", latest().max_rate(10));
  const TypeId first = bench.add("first", latest().max_rate(10));
  for (const TypeId type : {second, first}) bench.emit(type, "1");
  for (const TypeId type : {first, second, first}) bench.emit(type, "2");
  bench.pass(100);
  bench.log.advance(bench.now());
  EXPECT_EQ(text(bench.read(bench.after(2)).events), "first#3=2 second#4=2");
}

TEST(MaxRate, erase_cancels_what_is_held_back_and_is_published_at_once) {
  LogBench bench;
  const TypeId type = bench.add("t", latest_by_key().max_rate(10));
  bench.emit(type, "a", "1");
  bench.emit(type, "a", "2");
  EXPECT_EQ(bench.erase(type, "a"), EmitStatus::ok);
  EXPECT_EQ(bench.log.next_due(), std::nullopt);
  bench.pass(200);
  bench.log.advance(bench.now());
  EXPECT_EQ(text(bench.read(bench.after(0)).events), "t#2[a]-");
  EXPECT_EQ(bench.log.bytes(), 1U);
}

TEST(MaxRate, a_state_after_an_erasure_is_held_back_too) {
  LogBench bench;
  const TypeId type = bench.add("t", latest_by_key().max_rate(10));
  bench.emit(type, "a", "1");
  bench.erase(type, "a");
  EXPECT_EQ(bench.emit(type, "a", "2"), EmitStatus::held_back);
  EXPECT_EQ(bench.erase(type, "a"), EmitStatus::ok);
  EXPECT_EQ(bench.log.head(), 2U);
  EXPECT_EQ(bench.emit(type, "a", "3"), EmitStatus::held_back);
  bench.pass(100);
  bench.log.advance(bench.now());
  EXPECT_EQ(text(bench.read(bench.after(0)).events), "t#3[a]=3");
}

TEST(MaxRate, a_tombstone_with_a_state_held_back_is_not_forgotten) {
  LogBench bench;
  const TypeId type = bench.add("t", latest_by_key().max_keys(2).max_rate(10));
  bench.emit(type, "a", "1");
  bench.emit(type, "b", "1");
  bench.erase(type, "a");
  bench.emit(type, "a", "2");
  EXPECT_EQ(bench.emit(type, "c", "1"), EmitStatus::too_many_keys);
  bench.erase(type, "a");
  EXPECT_EQ(bench.emit(type, "c", "1"), EmitStatus::ok);
  EXPECT_EQ(text(bench.read(bench.log.earliest()).events), "t#2[b]=1 t#4[c]=1");
}

}  // namespace
}  // namespace pushwire::log
