#include "net/cohorts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/fakes.hpp"
#include "net/hub.hpp"
#include "net/test_sessions.hpp"

namespace pushwire::net {
namespace {

class Silence final : public Transport {
 public:
  std::string_view name() const noexcept override { return "silence"; }
  Traits traits() const noexcept override { return {}; }
  std::unique_ptr<Conversation> open(const Request&, Head&) const override { return nullptr; }
  void encode(const Event&, const Encoding&, std::string&) const override {}
};

class Bystander final : public Reader {
 public:
  using Reader::Reader;
  void nudge() override {}
  void rights_changed() override {}
  void pump() override {}
};

class CohortsTest : public testing::Test {
 protected:
  CohortsTest() { add("log"), add("sensor.a"); }

  void add(const std::string& name) {
    log.add_type(name, Retention{}, Event::Payload::json);
    watchers.add_type(name);
  }
  log::SubscriptionPtr wanted(std::vector<std::string> patterns) { return log.subscribe(std::move(patterns)); }
  // A reader in the cohort of its subscription.
  std::unique_ptr<Bystander> join(const log::SubscriptionPtr& subscription, Format format = {}, bool held = false,
                                  Framing framing = Framing::none, Heartbeat heartbeat = {}) {
    Reader::Setup setup;
    setup.subscription = subscription;
    setup.format = format;
    setup.framing = framing;
    setup.heartbeat = heartbeat;
    auto reader = std::make_unique<Bystander>(connection, std::move(setup));
    last = &hub.cohorts().join(*reader, {format, framing, held, heartbeat, subscription});
    return reader;
  }
  std::vector<Cohort*> woken(std::optional<std::vector<log::TypeId>> types) {
    std::vector<Cohort*> found;
    hub.cohorts().woken_by(types ? &*types : nullptr, found);
    std::sort(found.begin(), found.end());
    return found;
  }
  static std::vector<Cohort*> sorted(std::vector<Cohort*> cohorts) {
    std::sort(cohorts.begin(), cohorts.end());
    return cohorts;
  }

  log::EventLog log{kEpoch, {}};
  log::Watchers watchers;
  SystemClock clock;
  const std::vector<std::shared_ptr<const Transport>> transports{std::make_shared<Silence>()};
  NoPaths responder;
  Counters counters;
  TestSessions sessions{log};
  Hub hub{{}, {log, watchers, clock, transports, responder, *sessions.service, counters, sessions.mailbox}};
  Connection connection{hub, nullptr, {}};
  Cohort* last = nullptr;
};

TEST_F(CohortsTest, are_shared_by_readers_of_equal_format_framing_heartbeat_and_subscription) {
  const auto everything = wanted({});
  const auto first = join(everything);
  Cohort* const shared = last;
  const auto second = join(wanted({}));
  EXPECT_EQ(last, shared);
  EXPECT_EQ(shared->members(), (std::vector<Reader*>{first.get(), second.get()}));
  const auto timed = join(everything, {0, true, false});
  EXPECT_NE(last, shared);
  const auto held = join(everything, {}, true);
  EXPECT_NE(last, shared);
  const auto chunked = join(everything, {}, false, Framing::chunked);
  EXPECT_NE(last, shared);
  using std::chrono::seconds;
  const auto hasty = join(everything, {}, false, Framing::none, Heartbeat::asked(seconds(2), seconds(15)));
  EXPECT_NE(last, shared);
  const auto other = join(wanted({"log"}));
  EXPECT_NE(last, shared);
  EXPECT_EQ(hub.cohorts().size(), 6u);
}

TEST_F(CohortsTest, are_left_by_any_member_in_any_order) {
  const auto everything = wanted({});
  std::vector<std::unique_ptr<Bystander>> readers;
  for (int i = 0; i < 5; ++i) readers.push_back(join(everything));
  Cohort* const cohort = last;
  readers.erase(readers.begin() + 1);
  readers.pop_back();
  hub.cohorts().leave(*readers.front());
  EXPECT_FALSE(readers.front()->in_cohort());
  EXPECT_EQ(cohort->members().size(), 2u);
  for (std::size_t i = 1; i < readers.size(); ++i) {
    EXPECT_EQ(std::count(cohort->members().begin(), cohort->members().end(), readers[i].get()), 1);
  }
  readers.clear();
  EXPECT_TRUE(cohort->members().empty());
}

TEST_F(CohortsTest, are_woken_by_their_own_types_alone_and_once) {
  const auto of_all = join(wanted({}));
  Cohort* const all = last;
  const auto of_log = join(wanted({"log"}));
  Cohort* const log_only = last;
  const auto of_both = join(wanted({"log", "sensor.*"}));
  Cohort* const both = last;
  EXPECT_EQ(woken({{0}}), sorted({all, log_only, both}));
  EXPECT_EQ(woken({{1}}), sorted({all, both}));
  EXPECT_EQ(woken({{0, 1}}), sorted({all, log_only, both}));
  EXPECT_EQ(woken(std::nullopt), sorted({all, log_only, both}));
}

TEST_F(CohortsTest, are_woken_by_types_that_were_registered_after_they_began) {
  const auto of_sensors = join(wanted({"sensor.*"}));
  Cohort* const sensors = last;
  add("sensor.b");
  EXPECT_EQ(woken({{2}}), sorted({sensors}));
  add("sensor.c");
  const auto of_log = join(wanted({"log"}));
  EXPECT_EQ(woken({{3}}), sorted({sensors}));
  EXPECT_EQ(woken({{0}}), sorted({last}));
  add("other");
  EXPECT_TRUE(woken({{4}}).empty());
}

TEST_F(CohortsTest, without_members_are_not_woken_and_are_forgotten_when_there_are_many) {
  for (int i = 0; i < 200; ++i) join(wanted({"sensor." + std::to_string(i)}));
  EXPECT_TRUE(woken(std::nullopt).empty());
  const auto stays = join(wanted({"log"}));
  Cohort* const kept = last;
  hub.cohorts().sweep();
  EXPECT_EQ(hub.cohorts().size(), 1u);
  EXPECT_EQ(woken({{0}}), sorted({kept}));
  add("sensor.7");
  const auto again = join(wanted({"sensor.7"}));
  EXPECT_EQ(woken({{2}}), sorted({last}));
}

TEST_F(CohortsTest, that_stay_are_woken_by_all_their_types_after_others_of_these_were_forgotten) {
  for (int i = 0; i < 100; ++i) join(wanted({"log", "sensor.*", "x" + std::to_string(i)}));
  const auto stays = join(wanted({"log", "sensor.a"}));
  Cohort* const kept = last;
  add("x7");
  hub.cohorts().sweep();
  EXPECT_EQ(hub.cohorts().size(), 1u);
  EXPECT_EQ(woken({{0}}), sorted({kept}));
  EXPECT_EQ(woken({{1}}), sorted({kept}));
  EXPECT_TRUE(woken({{2}}).empty());
}

TEST_F(CohortsTest, that_are_few_are_kept_for_those_who_come_back) {
  const auto everything = wanted({});
  join(everything);
  Cohort* const cohort = last;
  hub.cohorts().sweep();
  const auto back = join(everything);
  EXPECT_EQ(last, cohort);
}

}  // namespace
}  // namespace pushwire::net
