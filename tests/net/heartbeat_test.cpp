#include "net/heartbeat.hpp"

#include <algorithm>
#include <set>

#include "net/hub_fixture.hpp"
#include "plugins/transports/websocket/client.hpp"

namespace pushwire::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

milliseconds asked(std::int64_t wanted_ms, milliseconds own = seconds(15)) {
  return Heartbeat::asked(milliseconds(wanted_ms), own).period(own);
}

TEST(Heartbeat, that_is_asked_for_is_rounded_down_to_a_power_of_two_of_seconds) {
  EXPECT_EQ(asked(1000), seconds(1));
  EXPECT_EQ(asked(1999), seconds(1));
  EXPECT_EQ(asked(2000), seconds(2));
  EXPECT_EQ(asked(3999), seconds(2));
  EXPECT_EQ(asked(4000), seconds(4));
  EXPECT_EQ(asked(14'999), seconds(8));
  EXPECT_EQ(asked(299'999, seconds(300)), seconds(256));
}

TEST(Heartbeat, is_never_below_a_second) {
  EXPECT_EQ(asked(0), seconds(1));
  EXPECT_EQ(asked(1), seconds(1));
  EXPECT_EQ(asked(999), seconds(1));
}

TEST(Heartbeat, is_never_above_the_servers_own) {
  EXPECT_EQ(Heartbeat::asked(seconds(15), seconds(15)), Heartbeat{});
  EXPECT_EQ(Heartbeat::asked(milliseconds(UINT32_MAX), seconds(15)), Heartbeat{});
  EXPECT_EQ(asked(UINT32_MAX), seconds(15));
  EXPECT_EQ(Heartbeat::asked(milliseconds(0), seconds(1)), Heartbeat{}) << "there is nothing to shorten";
  EXPECT_EQ(asked(1400, milliseconds(1500)), seconds(1));
  EXPECT_EQ(asked(1600, milliseconds(1500)), milliseconds(1500));
}

TEST(Heartbeat, has_few_values_whatever_clients_ask_for) {
  std::set<int> steps;
  for (std::int64_t ms = 0; ms <= 400'000; ms += 7) {
    const Heartbeat given = Heartbeat::asked(milliseconds(ms), seconds(300));
    steps.insert(given.step());
    ASSERT_LE(given.period(seconds(300)), milliseconds(std::max<std::int64_t>(ms, 1000)));
  }
  EXPECT_EQ(steps.size(), 10u);
}

class StreamHeartbeat : public HubTest {
 protected:
  explicit StreamHeartbeat(std::size_t indexed_events = 8192) : HubTest(indexed_events) {}

  static std::size_t pings(const ShortWire& wire) {
    constexpr std::string_view kPing = R"("control":"ping")";
    std::size_t count = 0;
    for (std::size_t at = wire.outgoing.find(kPing); at != std::string::npos; at = wire.outgoing.find(kPing, at + 1)) {
      ++count;
    }
    return count;
  }
  static bool says(const ShortWire& wire, const std::string& text) {
    return wire.outgoing.find(text) != std::string::npos;
  }
  // Time passes, and the hub is called when it has said that it wants to be.
  void pass(milliseconds time) {
    const std::int64_t until = clock.ms + time.count();
    while (clock.ms < until) {
      const auto next = hub.next_deadline();
      const std::int64_t due = next ? (*next - Steady{}) / milliseconds(1) : until;
      clock.ms = std::clamp(due, clock.ms + 1, until);
      hub.tick();
    }
  }
  // The longest time in which `wire` hears nothing, out of `time`.
  milliseconds longest_silence(const ShortWire& wire, milliseconds time) {
    std::size_t heard = wire.outgoing.size();
    std::int64_t since = clock.ms;
    std::int64_t longest = 0;
    for (const std::int64_t until = clock.ms + time.count(); clock.ms < until;) {
      pass(milliseconds(1));
      if (wire.outgoing.size() == heard && clock.ms < until) continue;
      longest = std::max(longest, clock.ms - since);
      since = clock.ms;
      heard = wire.outgoing.size();
    }
    return milliseconds(longest);
  }
};

TEST_F(StreamHeartbeat, is_said_by_hello_and_kept_for_each_stream_by_itself) {
  const auto plain = ask("sse");
  const auto hasty = ask("sse?heartbeat_ms=2500");
  const auto socket = ask_websocket("?heartbeat_ms=4000");
  EXPECT_TRUE(says(*plain, R"("heartbeat_ms":15000,)"));
  EXPECT_TRUE(says(*hasty, R"("heartbeat_ms":2000,)"));
  EXPECT_TRUE(says(*socket, R"("heartbeat_ms":4000,)"));
  pass(seconds(31));
  EXPECT_EQ(pings(*plain), 2u);
  EXPECT_EQ(pings(*hasty), 15u);
  EXPECT_EQ(pings(*socket), 7u);
  EXPECT_LE(longest_silence(*hasty, seconds(20)), seconds(2) + DeadlineWheel::kSlot);
}

TEST_F(StreamHeartbeat, that_comes_to_the_same_is_kept_by_one_timer) {
  const auto log_type = add("log");
  std::vector<std::shared_ptr<ShortWire>> wires;
  for (const char* query : {"", "?heartbeat_ms=15000", "?heartbeat_ms=4294967295"}) {
    wires.push_back(ask("sse" + std::string(query)));
  }
  EXPECT_EQ(hub.cohorts().size(), 1u);
  for (const char* query : {"?heartbeat_ms=2000", "?heartbeat_ms=3999"}) {
    wires.push_back(ask("sse" + std::string(query)));
  }
  EXPECT_EQ(hub.cohorts().size(), 2u);
  emit(log_type, "4711");
  for (const auto& wire : wires) EXPECT_TRUE(says(*wire, "data: 4711\n"));
  EXPECT_EQ(counters.encodings.load(), 1u) << "other timers, the same bytes";
}

TEST_F(StreamHeartbeat, begins_anew_with_each_event) {
  const auto log_type = add("log");
  const auto hasty = ask("sse?heartbeat_ms=2000");
  for (int i = 0; i < 10; ++i) {
    pass(milliseconds(1900));
    emit(log_type);
  }
  EXPECT_EQ(pings(*hasty), 0u);
  pass(milliseconds(2100));
  EXPECT_EQ(pings(*hasty), 1u);
}

TEST_F(StreamHeartbeat, outlives_a_change_of_the_subscription) {
  const auto log_type = add("log");
  add("other");
  const auto socket = ask_websocket("?events=other&heartbeat_ms=2000");
  pass(milliseconds(1000));
  socket->incoming = masked_frame(kFin | kText, R"({"subscribe":["log"]})");
  socket->observer().on_readable();
  hub.turn();
  EXPECT_TRUE(says(*socket, R"("control":"subscribed")"));
  emit(log_type, "4711");
  EXPECT_TRUE(says(*socket, R"("data":4711)"));
  EXPECT_LE(longest_silence(*socket, seconds(20)), seconds(2) + DeadlineWheel::kSlot);
}

TEST_F(StreamHeartbeat, outlives_catching_up) {
  const auto log_type = add("log");
  const auto hasty = ask("sse?heartbeat_ms=2000");
  hasty->room = 10;
  for (int i = 0; i < 5; ++i) emit(log_type, '"' + std::string(60'000, 'x') + '"');
  pass(seconds(3));
  EXPECT_EQ(pings(*hasty), 0u) << "its socket is full";
  hasty->room = SIZE_MAX;
  hasty->observer().on_writable();
  for (int i = 0; i < 10; ++i) hub.turn();
  EXPECT_GT(hasty->outgoing.size(), 300'000u);
  EXPECT_LE(longest_silence(*hasty, seconds(20)), seconds(2) + DeadlineWheel::kSlot);
  EXPECT_GE(pings(*hasty), 9u);
}

TEST_F(StreamHeartbeat, that_cannot_be_is_refused_with_the_parameters_name) {
  for (const char* value :
       {"", "abc", "-1", "+2000", "2000ms", "2e3", "0x10", "1.5", "4294967296", "99999999999999999999"}) {
    for (const char* transport : {"sse", "long-poll", "poll"}) {
      const auto wire = ask(transport + std::string("?heartbeat_ms=") + value);
      EXPECT_EQ(wire->outgoing.substr(0, 13), "HTTP/1.1 400 ") << transport << ' ' << value;
      EXPECT_TRUE(says(*wire, R"(heartbeat_ms: \")")) << wire->outgoing;
    }
    EXPECT_EQ(ask_websocket(std::string("?heartbeat_ms=") + value)->outgoing.substr(0, 13), "HTTP/1.1 400 ") << value;
  }
}

TEST_F(StreamHeartbeat, is_no_matter_for_answers) {
  add("log");
  EXPECT_EQ(ask("poll?heartbeat_ms=1000")->outgoing.substr(0, 13), "HTTP/1.1 200 ");
  const std::string at = "after=epoch001-0&wait_ms=60000";
  const auto held = ask("long-poll?" + at);
  const auto hasty = ask("long-poll?heartbeat_ms=1000&" + at);
  EXPECT_EQ(hub.cohorts().size(), 1u);
  pass(seconds(59));
  EXPECT_EQ(held->outgoing, "");
  EXPECT_EQ(hasty->outgoing, "");
}

// What is appended between two turns is more than the log can tell types of at once.
class CrowdedHeartbeat : public StreamHeartbeat {
 protected:
  CrowdedHeartbeat() : StreamHeartbeat(16) {}
};

TEST_F(CrowdedHeartbeat, comes_to_those_who_are_woken_again_and_again_for_nothing) {
  const auto busy = add("busy");
  add("quiet");
  const auto plain = ask("sse?events=quiet");
  const auto hasty = ask("sse?events=quiet&heartbeat_ms=2000");
  for (int i = 0; i < 31; ++i) {
    for (int n = 0; n < 100; ++n) log.append(busy, false, {}, "1", Event::Payload::json, clock.now());
    hub.turn();
    pass(seconds(1));
  }
  EXPECT_EQ(pings(*plain), 2u);
  EXPECT_EQ(pings(*hasty), 15u);
}

}  // namespace
}  // namespace pushwire::net
