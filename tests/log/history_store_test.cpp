#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "log/log_bench.hpp"

namespace pushwire::log {
namespace {

using std::chrono::milliseconds;

TEST(HistoryStore, keeps_the_newest_events_by_count) {
  LogBench bench;
  const TypeId type = bench.add("log", history(3));
  for (const char* payload : {"1", "2", "3", "4", "5"}) bench.emit(type, payload);
  EXPECT_EQ(text(bench.read(bench.log.earliest()).events), "log#3=3 log#4=4 log#5=5");
  EXPECT_EQ(bench.log.bytes(), 3U);
}

TEST(HistoryStore, keeps_events_up_to_the_byte_limit_and_the_newest_always) {
  LogBench bench;
  const TypeId type = bench.add("log", history(100).bytes(10));
  for (const char* payload : {"aaaa", "bbbb", "cc"}) bench.emit(type, payload);
  EXPECT_EQ(text(bench.read(bench.log.earliest()).events), "log#1=aaaa log#2=bbbb log#3=cc");
  bench.emit(type, "d");
  EXPECT_EQ(text(bench.read(bench.log.earliest()).events), "log#2=bbbb log#3=cc log#4=d");
  bench.emit(type, std::string(11, 'e'));
  EXPECT_EQ(text(bench.read(bench.log.earliest()).events), "log#5=eeeeeeeeeee");
}

TEST(HistoryStore, one_large_event_can_push_out_more_than_one_step_drops) {
  LogBench bench;
  const TypeId type = bench.add("log", history(1000).bytes(600));
  for (int i = 0; i < 600; ++i) bench.emit(type, "x");
  bench.emit(type, std::string(599, 'y'));
  const Batch batch = bench.read(bench.log.earliest());
  ASSERT_EQ(batch.events.size(), 2U);
  EXPECT_EQ(batch.events[0]->id.sequence, 600U);
  EXPECT_EQ(bench.log.bytes(), 600U);
}

TEST(HistoryStore, drops_what_is_over_its_age_when_advanced) {
  LogBench bench;
  const TypeId type = bench.add("log", history(10).age(milliseconds(100)));
  bench.emit(type, "1");
  bench.pass(60);
  bench.emit(type, "2");
  EXPECT_EQ(bench.log.next_due(), LogBench::steady(1'000'100));
  bench.pass(39);
  bench.log.advance(bench.now());
  EXPECT_EQ(text(bench.read(bench.log.earliest()).events), "log#1=1 log#2=2");
  bench.pass(1);
  bench.log.advance(bench.now());
  EXPECT_EQ(text(bench.read(bench.log.earliest()).events), "log#2=2");
  EXPECT_EQ(bench.log.next_due(), LogBench::steady(1'000'160));
  bench.pass(60);
  bench.log.advance(bench.now());
  EXPECT_EQ(text(bench.read(bench.log.earliest()).events), "");
  EXPECT_EQ(bench.log.next_due(), std::nullopt);
  EXPECT_EQ(bench.log.bytes(), 0U);
}

TEST(HistoryStore, drops_what_is_over_its_age_when_another_comes) {
  LogBench bench;
  const TypeId type = bench.add("log", history(10).age(milliseconds(100)));
  bench.emit(type, "1");
  bench.pass(100);
  bench.emit(type, "2");
  EXPECT_EQ(text(bench.read(bench.log.earliest()).events), "log#2=2");
  EXPECT_EQ(bench.log.next_due(), LogBench::steady(1'000'200));
}

TEST(HistoryStore, the_first_of_several_ages_is_due_first) {
  LogBench bench;
  const TypeId slow = bench.add("slow", history(10).age(milliseconds(300)));
  const TypeId fast = bench.add("fast", history(10).age(milliseconds(100)));
  const TypeId same = bench.add("same", history(10).age(milliseconds(100)));
  for (const TypeId type : {slow, fast, same}) bench.emit(type, "1");
  EXPECT_EQ(bench.log.next_due(), LogBench::steady(1'000'100));
  bench.pass(100);
  bench.log.advance(bench.now());
  EXPECT_EQ(bench.log.next_due(), LogBench::steady(1'000'300));
  EXPECT_EQ(text(bench.read(bench.log.earliest()).events), "slow#1=1");
}

TEST(HistoryStore, a_fast_type_does_not_evict_another) {
  LogBench bench;
  const TypeId alarm = bench.add("alarm", history(2));
  const TypeId telemetry = bench.add("telemetry", history(1));
  bench.emit(alarm, "fire");
  for (int i = 0; i < 20000; ++i) bench.emit(telemetry, "0");
  EXPECT_EQ(text(bench.read(bench.log.earliest()).events), "alarm#1=fire telemetry#20001=0");
}

}  // namespace
}  // namespace pushwire::log
