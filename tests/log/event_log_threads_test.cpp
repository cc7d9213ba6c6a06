#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "log/log_bench.hpp"

namespace pushwire::log {
namespace {

constexpr unsigned kEmitters = 8;
constexpr unsigned kEvents = 1500;

// Reads until all emitters have ended and the head is reached. Counts the events of "kept" and those of "short" with
// the ranges that were told as lost.
struct Reader {
  void run(LogBench& bench, const std::atomic<unsigned>& running, std::size_t max_bytes) {
    const SubscriptionPtr subscription = bench.log.subscribe({"kept", "short", "state"});
    Place place = bench.after(0);
    for (bool last = false; !last;) {
      last = running == 0;
      do {
        const Batch batch = bench.log.read(place, *subscription, bench.log.head(), max_bytes);
        if (batch.status == Resume::gap) {
          told += batch.loss.to - batch.loss.from;
          ascending = ascending && batch.loss.types == std::vector<std::string>{"short"};
        }
        for (const EventPtr& event : batch.events) {
          ascending = ascending && event->id.sequence > seen && event->id.sequence <= batch.next.after;
          seen = event->id.sequence;
          if (event->type == "kept") ++kept;
          if (event->type == "short") ++shorts;
        }
        place = batch.next;
      } while (place.after < bench.log.head());
    }
  }
  Sequence seen = 0;
  std::uint64_t told = 0;
  std::uint64_t kept = 0;
  std::uint64_t shorts = 0;
  bool ascending = true;
};

TEST(EventLogThreads, readers_beside_many_emitters_lose_nothing_that_is_not_told) {
  LogLimits limits;
  limits.indexed = 256;
  LogBench bench(limits);
  const TypeId kept = bench.add("kept", history(1'000'000));
  const TypeId brief = bench.add("short", history(5).age(std::chrono::milliseconds(1)));
  const TypeId state = bench.add("state", latest().max_rate(1000));
  const TypeId keyed = bench.add("keyed", latest_by_key().max_keys(4));
  std::atomic<unsigned> running{kEmitters};
  std::vector<std::thread> threads;
  for (unsigned emitter = 0; emitter < kEmitters; ++emitter) {
    threads.emplace_back([&, emitter] {
      const std::string key(1, static_cast<char>('a' + emitter % 6));
      for (unsigned i = 0; i < kEvents; ++i) {
        const Moment now{LogBench::steady(i / 10), i};
        const auto emit = [&](TypeId type, bool with_key) {
          return bench.log.append(type, with_key, with_key ? key : std::string(), "1", Event::Payload::json, now);
        };
        EXPECT_EQ(emit(kept, false), EmitStatus::ok);
        EXPECT_EQ(emit(brief, false), EmitStatus::ok);
        emit(state, false);
        if (i % 3 == 0) bench.log.erase(keyed, key, now);
        else emit(keyed, true);
        if (i % 50 == 0) bench.log.advance(now);
        if (i % 100 == 0) bench.log.add_type("late" + std::to_string(i), latest(), Event::Payload::json);
      }
      --running;
    });
  }
  Reader fast;
  Reader slow;
  threads.emplace_back([&] { fast.run(bench, running, 65536); });
  threads.emplace_back([&] { slow.run(bench, running, 20); });
  for (std::thread& thread : threads) thread.join();

  for (const Reader* reader : {&fast, &slow}) {
    EXPECT_TRUE(reader->ascending);
    EXPECT_EQ(reader->kept, kEmitters * kEvents);
    EXPECT_GE(reader->shorts + reader->told, kEmitters * kEvents);
    EXPECT_LE(reader->told, bench.log.head());
  }
}

TEST(EventLogThreads, equal_subscriptions_made_at_once_are_one) {
  LogBench bench;
  std::vector<SubscriptionPtr> made(8);
  std::vector<std::thread> threads;
  for (SubscriptionPtr& one : made) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) bench.log.subscribe({"x" + std::to_string(i)});
      one = bench.log.subscribe({"a", "b"});
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const SubscriptionPtr& one : made) EXPECT_EQ(one, bench.log.subscribe({"b", "a"}));
}

}  // namespace
}  // namespace pushwire::log
