// Which new connections are let in, and what becomes of the others.
#include "net/admission.hpp"

#include <optional>
#include <vector>

#include "net/hub_fixture.hpp"

namespace pushwire::net {
namespace {

class AdmissionTest : public testing::Test {
 protected:
  static Limits few() {
    Limits limits;
    limits.connections = 6;
    limits.connections_per_peer = 2;
    return limits;
  }
  static AccessPolicy behind_a_proxy() {
    AccessRules rules;
    rules.proxies = {{"10.9.0.0/16", Forwarding::x_forwarded_for}};
    return AccessPolicy(rules);
  }
  // Keeps the place of whoever is let in.
  Admission come(const std::string& peer) {
    auto judgment = admissions.judge(peer, seats.size(), Steady{} + std::chrono::seconds(1));
    if (judgment.admission == Admission::granted) seats.push_back(std::move(judgment.seat));
    return judgment.admission;
  }

  const Limits limits = few();
  const AccessPolicy access = behind_a_proxy();
  Admissions admissions{limits, access};
  std::vector<Admissions::Seat> seats;
};

TEST_F(AdmissionTest, is_for_so_many_of_one_address) {
  EXPECT_EQ(come("192.0.2.1"), Admission::granted);
  EXPECT_EQ(come("192.0.2.1"), Admission::granted);
  EXPECT_EQ(come("192.0.2.1"), Admission::peer_full);
  EXPECT_EQ(come("::ffff:192.0.2.1"), Admission::peer_full) << "the same in IPv6 clothes";
  EXPECT_EQ(come("192.0.2.2"), Admission::granted);
}

TEST_F(AdmissionTest, is_for_so_many_of_one_ipv6_network) {
  EXPECT_EQ(come("2001:db8:1:2::1"), Admission::granted);
  EXPECT_EQ(come("2001:db8:1:2:ffff::9"), Admission::granted);
  EXPECT_EQ(come("2001:db8:1:2:3:4:5:6"), Admission::peer_full);
  EXPECT_EQ(come("2001:db8:1:3::1"), Admission::granted);
}

TEST_F(AdmissionTest, does_not_count_what_stands_for_many) {
  for (const char* peer : {"127.0.0.1", "127.5.5.5", "::1", "::ffff:127.0.0.1", "10.9.1.1", ""}) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(come(peer), Admission::granted) << peer;
    seats.clear();
  }
  EXPECT_EQ(admissions.peers(), 0u);
}

TEST_F(AdmissionTest, is_given_back_with_the_connection_and_leaves_nothing) {
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(come("192.0.2.1"), Admission::granted);
    EXPECT_EQ(come("192.0.2.1"), Admission::granted);
    EXPECT_EQ(come("192.0.2.1"), Admission::peer_full);
    seats.pop_back();
    EXPECT_EQ(come("192.0.2.1"), Admission::granted);
    EXPECT_EQ(admissions.peers(), 1u);
    seats.clear();
    EXPECT_EQ(admissions.peers(), 0u);
  }
}

TEST_F(AdmissionTest, of_one_peer_less_than_one_leaves_nothing_either) {
  Limits none = few();
  none.connections_per_peer = 0;
  Admissions closed(none, access);
  EXPECT_EQ(closed.judge("192.0.2.1", 0, Steady{}).admission, Admission::peer_full);
  EXPECT_EQ(closed.peers(), 0u);
}

TEST_F(AdmissionTest, is_for_so_many_in_all) {
  for (int i = 0; i < 6; ++i) EXPECT_EQ(come("127.0.0.1"), Admission::granted);
  EXPECT_EQ(come("127.0.0.1"), Admission::full);
}

TEST_F(AdmissionTest, is_for_so_many_in_a_second_behind_a_burst) {
  Limits slow;
  slow.connections_per_second = 10;
  slow.connection_burst = 3;
  Admissions paced(slow, access);
  Steady now = Steady{} + std::chrono::seconds(1);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(paced.judge("192.0.2.1", 0, now).admission, Admission::granted);
  EXPECT_EQ(paced.judge("192.0.2.1", 0, now).admission, Admission::too_fast);
  now += std::chrono::milliseconds(100);
  EXPECT_EQ(paced.judge("192.0.2.1", 0, now).admission, Admission::granted);
  EXPECT_EQ(paced.judge("192.0.2.1", 0, now).admission, Admission::too_fast);
  now += std::chrono::hours(1);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(paced.judge("192.0.2.1", 0, now).admission, Admission::granted);
  EXPECT_EQ(paced.judge("192.0.2.1", 0, now).admission, Admission::too_fast);
  EXPECT_EQ(paced.judge("127.0.0.1", 0, now).admission, Admission::granted) << "who is on this machine is not counted";
}

class TurnedAway : public HubTest {
 protected:
  TurnedAway() : HubTest(8192, crowded()) { add("log"); }
  HubSettings crowded() {
    HubSettings settings;
    settings.limits.connections_per_peer = 2;
    settings.limits.connections_per_second = 1;
    settings.limits.connection_burst = 100;
    settings.logbook = std::make_shared<Logbook>(
        [this](LogLevel level, std::string_view line) {
          if (level >= LogLevel::warning) lines.emplace_back(line);
        },
        LogLevel::debug, clock);
    return settings;
  }
  std::shared_ptr<ShortWire> come(const std::string& target, const std::string& peer) {
    auto wire = std::make_shared<ShortWire>();
    wire->peer = peer;
    hub.accept(wire);
    if (wire->closed) return wire;
    wire->incoming = "GET /pushwire/" + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    wire->observer().on_readable();
    return wire;
  }
  static std::string line_of(const ShortWire& wire) { return wire.outgoing.substr(0, wire.outgoing.find('\r')); }

  std::vector<std::string> lines;
};

TEST_F(TurnedAway, peers_with_too_many_connections_are_told_and_others_are_served) {
  const auto first = come("sse", "192.0.2.1"), second = come("sse", "192.0.2.1");
  const auto third = come("poll", "192.0.2.1"), stream = come("sse", "192.0.2.1"), other = come("poll", "192.0.2.2");
  EXPECT_EQ(line_of(*first), "HTTP/1.1 200 OK");
  EXPECT_EQ(line_of(*third), "HTTP/1.1 503 Service Unavailable");
  EXPECT_NE(third->outgoing.find("\r\nRetry-After: 5\r\n"), std::string::npos);
  EXPECT_NE(third->outgoing.find("from one address"), std::string::npos);
  EXPECT_EQ(line_of(*stream), "HTTP/1.1 200 OK") << "an EventSource gives up for good on anything else";
  EXPECT_NE(stream->outgoing.find("retry: "), std::string::npos);
  EXPECT_EQ(line_of(*other), "HTTP/1.1 200 OK");
  EXPECT_EQ(counters.refused_per_peer, 2u);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0], "192.0.2.1: the server has all the connections that it takes from one address");

  second->gone = true;
  second->observer().on_readable();
  EXPECT_EQ(line_of(*come("poll", "192.0.2.1")), "HTTP/1.1 200 OK");
}

TEST_F(TurnedAway, a_storm_of_connections_is_told_to_come_later_and_then_just_closed) {
  std::vector<std::shared_ptr<ShortWire>> all;
  for (int i = 0; i < 300; ++i) {
    const std::string peer = "10.0." + std::to_string(i / 100) + "." + std::to_string(i % 100);
    all.push_back(come("long-poll?wait_ms=60000&after=latest", peer));
  }
  EXPECT_EQ(counters.refused_rate, 200u);
  EXPECT_NE(all[100]->outgoing.find("503"), std::string::npos);
  EXPECT_NE(all[100]->outgoing.find("\r\nRetry-After: 5\r\n"), std::string::npos);
  EXPECT_TRUE(all[299]->closed);
  EXPECT_EQ(all[299]->outgoing, "");
  EXPECT_LE(hub.connections(), 100 + Hub::kTurnedAway);
  EXPECT_LE(lines.size(), Logbook::kAllLines) << "one for each peer, but not for all that come";
  clock.ms += 60'000;
  EXPECT_EQ(line_of(*come("poll", "127.0.0.1")), "HTTP/1.1 200 OK");
}

}  // namespace
}  // namespace pushwire::net
