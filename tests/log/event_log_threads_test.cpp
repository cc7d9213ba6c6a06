#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
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

// One reader as there may be many: it reads with its own events only where they concern it, and knows of them by news.
TEST(EventLogThreads, owners_beside_each_other_get_their_own_events_in_time) {
  constexpr unsigned kOwners = 4;
  LogLimits limits;
  limits.indexed = 256;
  limits.private_events = kEvents;
  LogBench bench(limits);
  const TypeId log = bench.add("log", history(1'000'000));
  const TypeId state = bench.add("state", latest_by_key().max_rate(1000));
  struct Session {
    unsigned number = 0;
    PrivateEventsPtr events;
    Place place;
    std::string got;
    unsigned logs = 0;
  };
  std::vector<std::shared_ptr<Session>> sessions;
  std::string expected;
  for (unsigned i = 0; i < kEvents; ++i) expected += std::to_string(i % 10);
  for (unsigned i = 0; i < kOwners; ++i) {
    auto session = std::make_shared<Session>();
    session->number = i;
    session->events = bench.log.open_private(session);
    session->place = bench.after(0);
    sessions.push_back(std::move(session));
  }
  std::atomic<unsigned> running{kOwners};
  std::vector<std::thread> threads;
  for (const auto& session : sessions) {
    threads.emplace_back([&, session] {
      for (unsigned i = 0; i < kEvents; ++i) {
        const Moment now{LogBench::steady(i / 10), i};
        const std::string payload = std::to_string(i % 10);
        const auto emit = [&](PrivateEvents* own, TypeId type, std::string_view key) {
          const bool keyed = !key.empty();
          return own == nullptr ? bench.log.append(type, keyed, key, payload, Event::Payload::json, now)
                                : bench.log.append(*own, type, keyed, key, payload, Event::Payload::json, now);
        };
        EXPECT_EQ(emit(session->events.get(), log, ""), EmitStatus::ok);
        emit(session->events.get(), state, "a");
        emit(nullptr, state, "a");
        if (i % 3 == 0) bench.log.erase(*session->events, state, "a", now);
        if (i % 50 == 0) bench.log.advance(now);
        // Others come, emit and go.
        const PrivateEventsPtr brief = bench.log.open_private(session);
        if (i % 4 == 0) emit(brief.get(), state, "b");
        if (i % 8 == 0) bench.log.close_private(*brief);
      }
      --running;
    });
  }
  const auto visit = [&](Session& session, Sequence upto) {
    while (session.place.after < upto) {
      const PrivateEvents* const own = concerns(session.events.get(), session.place) ? session.events.get() : nullptr;
      const Batch batch = bench.log.read(session.place, *bench.everything, upto, 1000, own);
      EXPECT_EQ(batch.status, Resume::ok);
      for (const EventPtr& event : batch.events) {
        if (event->type == "log") session.got += event->payload;
      }
      session.place = batch.next;
    }
  };
  threads.emplace_back([&] {
    std::vector<std::shared_ptr<void>> owners;
    for (bool last = false; !last;) {
      last = running == 0;
      const Sequence upto = bench.log.head();
      bench.log.take_private_news(owners);
      for (const auto& session : sessions) {
        // Who is not told of has nothing new up to here.
        const bool heard = std::find(owners.begin(), owners.end(), session) != owners.end();
        const Sequence own = session->events->head();
        EXPECT_TRUE(heard || own <= session->place.after || own > upto);
        visit(*session, upto);
      }
      // Who was told of with more than that is news in the next turn as well.
      const auto done = [&](const auto& who) { return static_cast<Session*>(who.get())->events->head() <= upto; };
      owners.erase(std::remove_if(owners.begin(), owners.end(), done), owners.end());
    }
  });
  for (std::thread& thread : threads) thread.join();
  for (const auto& session : sessions) {
    EXPECT_EQ(session->got, expected);
    session->events = nullptr;
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
