// What the log does with memory, and without. Replaces the program's operator new, to count and to refuse; sanitizers have
// replaced it before.
#ifndef PUSHWIRE_SANITIZED
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "log/log_bench.hpp"

namespace {

thread_local long allocations = 0;
thread_local long allowed = -1;  // negative: any number

void* allocate(std::size_t size) {
  ++allocations;
  if (allowed == 0) return nullptr;
  if (allowed > 0) --allowed;
  return std::malloc(size == 0 ? 1 : size);
}

}  // namespace

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"  // inlined, they look as if malloc met delete
#endif

void* operator new(std::size_t size) {
  if (void* block = allocate(size)) return block;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new[](std::size_t size) { return ::operator new(size); }
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete(void* block, const std::nothrow_t&) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t) noexcept { std::free(block); }

namespace pushwire::log {
namespace {

template <class Action>
long allocations_of(Action action) {
  const long before = allocations;
  action();
  return allocations - before;
}

TEST(Allocation, a_warm_emit_allocates_once) {
  LogBench bench;
  const TypeId log = bench.add("log", history(100).age(std::chrono::milliseconds(50)));
  const TypeId state = bench.add("state", latest());
  const TypeId door = bench.add("door", latest_by_key());
  const auto emit_all = [&] {
    bench.pass(1);
    bench.emit(log, "1");
    bench.emit(state, "1");
    bench.emit(door, "front", "1");
  };
  for (int i = 0; i < 20000; ++i) emit_all();
  EXPECT_EQ(allocations_of([&] {
              for (int i = 0; i < 1000; ++i) emit_all();
            }),
            3000);
}

TEST(Allocation, a_read_near_the_head_allocates_once) {
  LogBench bench;
  const TypeId log = bench.add("log", history(100));
  const SubscriptionPtr logs = bench.log.subscribe({"log"});
  for (int i = 0; i < 100; ++i) bench.emit(log, "1");
  const Place place = bench.after(50);
  bench.log.read(place, *logs, 100, 65536);
  EXPECT_EQ(allocations_of([&] { bench.log.read(place, *logs, 100, 65536); }), 1);
  EXPECT_EQ(allocations_of([&] { bench.read(bench.after(100)); }), 0);

  // Own events that are read already cost nothing.
  const auto who = std::make_shared<int>();
  const PrivateEventsPtr own = bench.log.open_private(who);
  bench.emit_to(*own, log, "1");
  for (int i = 0; i < 50; ++i) bench.emit(log, "1");
  const Place later = bench.after(101);
  EXPECT_EQ(allocations_of([&] { bench.log.read(later, *logs, 151, 65536, own.get()); }), 1);
}

TEST(Allocation, an_idle_log_is_small_and_a_busy_one_indexes_all_it_may) {
  LogBench bench;
  const TypeId log = bench.add("log", history(10000));
  bench.emit(log, "1");
  std::vector<TypeId> types;
  EXPECT_TRUE(bench.log.types_between(0, 1, types));
  while (bench.log.head() < EventLog::kIndexed) bench.emit(log, "1");
  EXPECT_TRUE(bench.log.types_between(0, EventLog::kIndexed, types));
  bench.emit(log, "1");
  EXPECT_FALSE(bench.log.types_between(0, EventLog::kIndexed, types));
}

std::string all_of(LogBench& bench, const PrivateEvents* own) {
  std::string out = std::to_string(bench.log.head()) + ' ' + std::to_string(bench.log.bytes()) + ' ';
  if (const auto due = bench.log.next_due()) out += std::to_string(due->time_since_epoch().count()) + ' ';
  return out + text(bench.log.read(bench.log.earliest(), *bench.everything, bench.log.head(), 65536, own).events);
}

// Runs `action`, with one more allocation allowed each time, until it succeeds. Returns how often it did not.
template <class Action>
int refuse_memory(LogBench& bench, Action action, const PrivateEvents* own = nullptr) {
  for (int refused = 0;; ++refused) {
    const std::string before = all_of(bench, own);
    allowed = refused;
    const EmitStatus status = action();
    allowed = -1;
    if (status != EmitStatus::out_of_memory) return refused;
    EXPECT_EQ(all_of(bench, own), before);
  }
}

TEST(OutOfMemory, every_way_to_append_leaves_the_log_as_it_was) {
  LogBench bench;
  const TypeId log = bench.add("log", history(200).age(std::chrono::milliseconds(500)));
  const TypeId state = bench.add("state", latest().max_rate(10));
  const TypeId door = bench.add("door", latest_by_key().max_keys(20).max_rate(10));
  int refused = 0;
  for (int i = 0; i < 300; ++i) {
    bench.pass(7);
    const std::string key = std::to_string(i * i % 25);
    refused += refuse_memory(bench, [&] { return bench.emit(log, "1"); });
    refused += refuse_memory(bench, [&] { return bench.emit(state, "1"); });
    refused += refuse_memory(bench, [&] { return bench.emit(door, key, "1"); });
    if (i % 4 == 0) refused += refuse_memory(bench, [&] { return bench.erase(door, key); });
    bench.log.advance(bench.now());
  }
  EXPECT_GT(refused, 900);
}

TEST(OutOfMemory, private_events_leave_the_log_as_it_was_too) {
  LogBench bench;
  const TypeId log = bench.add("log", history(200).age(std::chrono::milliseconds(500)));
  const TypeId state = bench.add("state", latest().max_rate(10));
  const TypeId door = bench.add("door", latest_by_key().max_keys(20).max_rate(10));
  const auto who = std::make_shared<int>();
  int refused = 0;
  for (int round = 0; round < 10; ++round) {
    const PrivateEventsPtr own = bench.log.open_private(who);
    for (int i = 0; i < 60; ++i) {
      bench.pass(7);
      const std::string key = std::to_string(i * i % 25);
      const auto refuse = [&](auto action) { refused += refuse_memory(bench, action, own.get()); };
      refuse([&] { return bench.emit_to(*own, log, "1"); });
      refuse([&] { return bench.emit_to(*own, state, "1"); });
      refuse([&] { return bench.emit_to(*own, door, key, "1"); });
      if (i % 4 == 0) refuse([&] { return bench.erase_of(*own, door, key); });
      bench.log.advance(bench.now());
    }
    std::vector<std::shared_ptr<void>> owners;
    allowed = 0;
    EXPECT_THROW(bench.log.take_private_news(owners), std::bad_alloc);
    bench.log.close_private(*own);
    allowed = -1;
    EXPECT_EQ(bench.log.bytes(), 0U);
  }
  EXPECT_GT(refused, 1500);
}

TEST(OutOfMemory, what_is_due_is_published_once_there_is_memory) {
  LogBench bench;
  const TypeId door = bench.add("door", latest_by_key().max_rate(10));
  for (int i = 0; i < 64; ++i) bench.emit(door, std::to_string(i), "1");
  for (int i = 0; i < 64; ++i) EXPECT_EQ(bench.emit(door, std::to_string(i), "2"), EmitStatus::held_back);
  bench.pass(100);
  allowed = 0;
  bench.log.advance(bench.now());
  allowed = -1;
  bench.log.advance(bench.now());
  EXPECT_EQ(bench.log.head(), 128U);
  EXPECT_EQ(bench.read(bench.after(64)).events.size(), 64U);
  EXPECT_EQ(bench.log.next_due(), std::nullopt);
}

}  // namespace
}  // namespace pushwire::log
#endif  // PUSHWIRE_SANITIZED
