// Events for one client: on every transport, resumed like the others', and seen by nobody else.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pushwire/server.hpp"
#include "server/eventually.hpp"
#include "server/talking.hpp"

namespace pushwire {
namespace {

Options options() {
  Limits limits;
  limits.private_events = 3;
  return Options{}
      .limits(limits)
      .heartbeat(std::chrono::seconds(300))
      .session_lease(std::chrono::seconds(1))
      .stop_timeout(std::chrono::milliseconds(50))
      .log(nullptr);
}

class PrivateEvents : public testing::TestWithParam<Way> {
 protected:
  PrivateEvents() {
    server.on("me", [](const Message& message) { return message.session.id; });
    server.start();
  }
  Talking talk(TalkingOptions given = {}) { return Talking(server.port(), GetParam(), std::move(given)); }
  // Comes back as that one did.
  static TalkingOptions again(const Talking& client) {
    TalkingOptions given;
    given.session = client.session();
    given.after = client.cursor();
    return given;
  }
  static std::string id_of(Talking& client) {
    const std::string json = client.ask("me").data;
    return json.substr(1, json.size() - 2);
  }
  Recipient to(Talking& client) { return server.to(id_of(client)); }

  Server server{options()};
  EventType<int> log = server.event<int>("log");
  EventType<int> state = server.event<int>("state", latest());
  EventType<int> door = server.event<int>("door", latest_by_key());
};

TEST_P(PrivateEvents, come_among_the_others_in_order) {
  Talking client = talk();
  const Recipient me = to(client);
  for (int i = 1; i <= 10; ++i) {
    EXPECT_EQ(me.emit(log, i), EmitStatus::ok);
    EXPECT_EQ(said({client.next()}), "log=" + std::to_string(i));
    log.emit(-i);
    EXPECT_EQ(said({client.next()}), "log=" + std::to_string(-i));
  }
  me.emit(door, "front", 1);
  EXPECT_EQ(said({client.next()}), "door[front]=1");
  EXPECT_EQ(me.erase(door, "front"), EmitStatus::ok);
  EXPECT_EQ(said({client.next()}), "door[front]-");
}

TEST_P(PrivateEvents, are_not_there_for_anybody_else) {
  Talking client = talk(), other = talk();
  EventSource anonymous(server.port());
  anonymous.next(), anonymous.next();
  const Recipient me = to(client);
  me.emit(log, 666);
  me.emit(state, 666);
  me.emit(door, "666", 666);
  client.next(), client.next(), client.next();
  log.emit(1);
  EXPECT_EQ(said({client.next()}), "log=1");
  EXPECT_EQ(said({other.next()}), "log=1");
  EXPECT_EQ(said({anonymous.next_news()}), "log=1");
  const auto silent = [&](const HttpFields& fields, const std::string& query) {
    const HttpAnswer answer = get(server.port(), "/pushwire/poll" + query, fields);
    EXPECT_EQ(answer.body.find("666"), std::string::npos) << answer.body;
    EXPECT_EQ(polled(answer.body).resume, query.empty() ? "new" : "ok") << "nothing of it is told as a loss";
  };
  silent({}, "");
  silent({{kSession, other.session()}}, "?after=" + epoch_of(client.cursor()) + "-0");
  silent({{kSession, "new"}}, "?after=" + epoch_of(client.cursor()) + "-0");
  EXPECT_EQ(said(polled(get(server.port(), "/pushwire/poll?after=earliest").body).items), "log=1");
  TalkingOptions earliest;
  earliest.session = other.session();
  earliest.after = "earliest";
  log.emit(2);
  Talking late = talk(earliest);
  EXPECT_EQ(said({late.next(), late.next()}), "log=1 log=2");
}

TEST_P(PrivateEvents, a_client_that_was_cut_reads_on_behind_its_cursor) {
  Talking client = talk();
  const Recipient me = to(client);
  me.emit(log, 1);
  client.next();
  const TalkingOptions back = again(client);
  client.cut();
  me.emit(log, 2);
  log.emit(3);
  me.emit(state, 4);
  Talking returned = talk(back);
  EXPECT_EQ(returned.state(), "resumed");
  EXPECT_EQ(said({returned.next(), returned.next(), returned.next()}), "log=2 log=3 state=4");
}

TEST_P(PrivateEvents, over_their_limits_are_told_as_a_gap) {
  Talking client = talk();
  const Recipient me = to(client);
  me.emit(log, 0);
  client.next();
  const TalkingOptions back = again(client);
  client.cut();
  for (int i = 1; i <= 5; ++i) me.emit(log, i);
  Talking returned = talk(back);
  const Item gap = returned.next();
  EXPECT_EQ(gap.control, "gap");
  EXPECT_EQ(gap.types, std::vector<std::string>{"log"});
  EXPECT_EQ(said({returned.next(), returned.next(), returned.next()}), "log=3 log=4 log=5");
}

TEST_P(PrivateEvents, a_snapshot_has_the_newer_of_the_public_state_and_ones_own) {
  Talking client = talk();
  const Recipient me = to(client);
  state.emit(1);
  me.emit(state, 2);
  door.emit("front", 1);
  me.emit(door, "front", 2);
  me.emit(door, "mine", 3);
  me.emit(door, "back", 4);
  door.emit("back", 5);
  TalkingOptions newcomer;
  newcomer.session = client.session();
  Talking fresh = talk(newcomer);
  const auto states = fresh.read_to(fresh.cursor());
  EXPECT_EQ(said(states), "state=2 door[front]=2 door[mine]=3 door[back]=5");
  Talking stranger = talk();
  EXPECT_EQ(said(stranger.read_to(stranger.cursor())), "state=1 door[front]=1 door[back]=5");
  state.emit(6);
  Talking later = talk(newcomer);
  EXPECT_EQ(said(later.read_to(later.cursor())), "door[front]=2 door[mine]=3 door[back]=5 state=6");
}

TEST_P(PrivateEvents, end_with_the_session) {
  std::string id;
  Recipient me;
  TalkingOptions back;
  {
    Talking client = talk();
    me = to(client);
    id = id_of(client);
    EXPECT_EQ(me.emit(log, 1), EmitStatus::ok);
    EXPECT_EQ(me.emit(state, 1), EmitStatus::ok);
    client.next(), client.next();
    back = again(client);
    client.cut();
  }
  ASSERT_TRUE(eventually([&] { return server.sessions().empty(); }));
  EXPECT_TRUE(eventually([&] { return me.emit(log, 2) == EmitStatus::detached; }));
  EXPECT_EQ(me.erase(door, "x"), EmitStatus::detached);
  EXPECT_EQ(server.to(id).emit(log, 2), EmitStatus::detached);
  EXPECT_EQ(server.to("nobody").emit(log, 2), EmitStatus::detached);
  back.after = "earliest";
  Talking returned = talk(back);
  EXPECT_EQ(returned.state(), "expired");
  log.emit(3);
  EXPECT_EQ(said({returned.next()}), "log=3");
  EXPECT_EQ(server.stats().log_bytes, 1u) << "what the session had is kept no longer";
}

TEST_P(PrivateEvents, are_for_all_connections_of_the_session) {
  Talking client = talk();
  TalkingOptions same;
  same.session = client.session();
  Talking beside = talk(same);
  EventSource source(server.port(), "/pushwire/sse?events=log", {{kSession, client.session()}});
  source.next(), source.next();
  to(client).emit(log, 1);
  EXPECT_EQ(said({client.next(), beside.next(), source.next_news()}), "log=1 log=1 log=1");
}

TEST_P(PrivateEvents, of_types_that_are_not_subscribed_to_do_not_come) {
  TalkingOptions some;
  some.query = "events=state";
  Talking client = talk(some);
  const Recipient me = to(client);
  me.emit(log, 1);
  me.emit(state, 2);
  EXPECT_EQ(said({client.next()}), "state=2");
}

INSTANTIATE_TEST_SUITE_P(, PrivateEvents, testing::ValuesIn(kWays),
                         [](const auto& given) { return way_name(given.param); });

}  // namespace
}  // namespace pushwire
