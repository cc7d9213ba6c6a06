// Event types that only some may see, and what happens when who may see what changes.
#include "net/talk_fixture.hpp"

namespace pushwire::net {
namespace {

// Clients say their roles by the field Roles; the host takes their word for it.
class RightsTest : public TalkTest {
 protected:
  RightsTest() : TalkTest(judging()) {
    open = add("open");
    secret = add_restricted("secret", visible_to("operator"));
    state = add_restricted("secret.state", visible_to("operator"), Retention::Kind::latest);
  }
  HubSettings judging() {
    HubSettings settings;
    settings.authorize = std::make_shared<const AuthorizeCallback>([this](const Request& request) {
      Identity identity;
      identity.name = "alice";
      const std::string roles(request.field("Roles").value_or(""));
      if (!roles.empty()) identity.roles = {roles};
      identity.expires = expires;
      return identity;
    });
    return settings;
  }
  static std::string may(const std::string& role) { return "Roles: " + role + "\r\n"; }
  std::shared_ptr<ShortWire> asked(const std::string& target, const std::string& fields = {}) {
    const auto wire = ask(target, fields);
    settle();
    return wire;
  }
  std::shared_ptr<ShortWire> socket(const std::string& query, const std::string& fields) {
    return asked("websocket" + query,
                 fields +
                     "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: pushwire.1\r\n");
  }
  void append(log::TypeId type, const std::string& payload) {
    log.append(type, false, {}, payload, Event::Payload::json, clock.now());
  }
  // The cursor that an answer ends with.
  static std::string cursor_of(const ShortWire& wire) {
    const std::size_t at = wire.outgoing.rfind(R"("cursor":")");
    return wire.outgoing.substr(at + 10, wire.outgoing.find('"', at + 10) - at - 10);
  }
  static constexpr const char* kFresh = R"("control":"bye","reason":"policy","reconnect":"fresh")";

  log::TypeId open = 0, secret = 0, state = 0;
  std::optional<std::chrono::system_clock::time_point> expires;
};

TEST_F(RightsTest, hide_a_type_from_live_streams_replays_snapshots_and_polls) {
  append(state, "7");
  append(secret, "4711");
  append(open, "1");
  hub.turn();
  const std::string after = "?after=" + cursor(0);
  const auto live = asked("sse", may("guest"));
  const auto named = asked("sse?events=secret,secret.*", may("guest"));
  const auto replay = asked("sse" + after, may("guest"));
  const auto poll = asked("poll" + after, may("guest"));
  const auto snapshot = asked("poll", may("guest"));
  const auto held = asked("long-poll?events=secret&after=" + cursor(3), may("guest"));
  const auto seeing = asked("sse" + after, may("operator"));
  const auto live_seeing = asked("sse", may("operator"));
  EXPECT_TRUE(has(replay->outgoing, "data: 1\n"));
  EXPECT_TRUE(has(seeing->outgoing, "data: 4711\n"));
  EXPECT_TRUE(has(live_seeing->outgoing, "data: 7\n"));
  EXPECT_EQ(answer_of(named->outgoing).status, 200) << "a subscription that names it is good, and gives nothing";
  append(state, "8");
  append(secret, "4712");
  append(open, "2");
  settle();
  for (const auto& wire : {live, named, replay, poll, snapshot, held}) {
    EXPECT_FALSE(has(wire->outgoing, "secret")) << wire->outgoing;
    EXPECT_FALSE(has(wire->outgoing, "471")) << wire->outgoing;
  }
  EXPECT_TRUE(has(live->outgoing, "data: 2\n"));
  EXPECT_TRUE(has(seeing->outgoing, "data: 4712\n"));
}

TEST_F(RightsTest, hide_the_losses_of_a_type) {
  const auto wire = asked("sse", may("guest"));
  Retention few;
  few.events = 2;
  const auto type = log.add_type("few", few, Event::Payload::json, true);
  watchers.add_type("few", true);
  service().visibility.restrict(type, visible_to("operator"));
  for (int i = 0; i < 10; ++i) append(type, "1");
  settle();
  for (const char* transport : {"sse", "poll"}) {
    const std::string target = std::string(transport) + "?after=" + cursor(0);
    EXPECT_FALSE(has(asked(target, may("guest"))->outgoing, "gap")) << transport;
    EXPECT_TRUE(has(asked(target, may("operator"))->outgoing, R"(["few"])")) << transport;
  }
}

TEST_F(RightsTest, go_with_a_stream_through_its_subscriptions) {
  append(state, "7");
  hub.turn();
  for (const char* role : {"guest", "operator"}) {
    const bool sees = std::string(role) == "operator";
    const auto wire = socket("?events=open&after=" + cursor(1), may(role));
    frames(wire);
    say_frame(wire, R"({"subscribe":["*"],"fresh":["secret.state"]})");
    settle();
    EXPECT_EQ(has(frames(wire), R"("data":7)"), sees) << role;
    emit(secret, "4711");
    settle();
    EXPECT_EQ(has(frames(wire), "4711"), sees) << role;
  }
}

TEST_F(RightsTest, give_the_states_that_a_client_lacks_by_its_request_as_well) {
  append(state, "7");
  hub.turn();
  for (const char* transport : {"sse", "poll", "long-poll"}) {
    const std::string target = std::string(transport) + "?fresh=secret.state&after=" + cursor(1);
    EXPECT_TRUE(has(asked(target, may("operator"))->outgoing, "secret.state")) << transport;
    EXPECT_FALSE(has(answer_of(asked(target + "&wait_ms=0", may("guest"))->outgoing).body, "secret")) << transport;
  }
}

TEST_F(RightsTest, of_a_type_that_is_added_later_hold_from_its_first_event) {
  const auto seeing = asked("sse", may("operator"));
  const auto guest = asked("sse", may("guest"));
  const auto held = asked("long-poll?events=late&after=" + cursor(0), may("operator"));
  const auto held_guest = asked("long-poll?events=late&after=" + cursor(0), may("guest"));
  taken(seeing);
  const auto late = add_restricted("late", visible_to("operator"));
  append(late, "4711");
  append(open, "1");
  settle();
  EXPECT_LT(seeing->outgoing.find("data: 4711"), seeing->outgoing.find("data: 1\n"));
  EXPECT_TRUE(has(held->outgoing, "4711"));
  EXPECT_FALSE(has(guest->outgoing, "4711"));
  EXPECT_TRUE(has(guest->outgoing, "data: 1\n"));
  EXPECT_EQ(held_guest->outgoing, "");
}

TEST_F(RightsTest, of_a_later_type_hold_for_streams_that_are_behind_too) {
  const auto wire = asked("sse", may("operator"));
  wire->room = 10;
  emit(open, '"' + std::string(1000, 'x') + '"');
  emit(add_restricted("late", visible_to("operator")), "4711");
  wire->room = SIZE_MAX;
  wire->observer().on_writable();
  settle();
  EXPECT_EQ(count(wire->outgoing, "data: 4711"), 1u);
}

TEST_F(RightsTest, that_are_looked_at_again_send_streams_away_to_come_back_as_newcomers) {
  const auto sse = asked("sse", may("operator") + with("new"));
  const auto other = asked("sse", may("operator") + with("new"));
  const auto web = socket("", may("guest"));
  const session::RecordPtr mine = record(told_token(*sse));
  hub.judge_again([&](const session::Record* of) { return of == mine.get(); });
  settle();
  EXPECT_TRUE(has(sse->outgoing, kFresh));
  EXPECT_TRUE(answer_of(sse->outgoing).complete) << "and its answer is over";
  EXPECT_FALSE(has(other->outgoing, kFresh));
  hub.judge_again([](const session::Record*) { return true; });
  settle();
  EXPECT_TRUE(has(other->outgoing, kFresh));
  const std::string said = frames(web);
  EXPECT_TRUE(has(said, kFresh));
  EXPECT_EQ(said.substr(said.size() - 11), "close 1008\n");
  taken(other);
  emit(open, "1");
  EXPECT_EQ(sse->outgoing.find("data: 1\n"), std::string::npos);
  EXPECT_EQ(other->outgoing, "");
}

TEST_F(RightsTest, that_are_looked_at_again_answer_what_is_held) {
  const std::string token = this->token();
  const auto held = asked("long-poll?after=" + cursor(0), may("guest") + with("new"));
  const auto nobodys = asked("long-poll?after=" + cursor(0), may("guest"));
  EXPECT_EQ(held->outgoing, "");
  hub.judge_again([](const session::Record*) { return true; });
  settle();
  EXPECT_EQ(answer_of(held->outgoing).status, 200);
  EXPECT_EQ(answer_of(nobodys->outgoing).status, 200);
}

TEST_F(RightsTest, that_are_looked_at_again_cut_an_answer_that_is_given_in_parts) {
  const auto states = log.add_type(
      "states",
      [] {
        Retention retention;
        retention.kind = Retention::Kind::latest_by_key;
        return retention;
      }(),
      Event::Payload::json);
  watchers.add_type("states");
  for (int i = 0; i < 50; ++i) {
    log.append(states, true, std::to_string(i), '"' + std::string(10'000, 'x') + '"', Event::Payload::json,
               clock.now());
  }
  hub.turn();
  const auto wire = ask("poll", may("guest") + with("new"));
  wire->room = 100'000;
  settle();
  EXPECT_FALSE(wire->closed);
  const auto whole = asked("poll", may("guest"));
  EXPECT_TRUE(answer_of(whole->outgoing).complete);
  hub.judge_again([](const session::Record*) { return true; });
  EXPECT_TRUE(wire->closed) << "its end would bring a cursor of now for rights of before";
  EXPECT_FALSE(whole->closed);
}

// Without an event between the two, a cursor from before would say the same as one from now.
TEST_F(RightsTest, that_changed_make_a_cursor_from_before_worth_nothing_also_when_nothing_happens) {
  append(state, "7");
  hub.turn();
  const auto first = asked("poll", may("guest") + with("new"));
  const std::string token = answer_of(first->outgoing).field("Pushwire-Session");
  const auto held = asked("long-poll?after=" + cursor_of(*first), may("guest") + with(token));
  EXPECT_EQ(held->outgoing, "");
  const auto other = asked("poll", may("operator") + with(token));
  ASSERT_EQ(answer_of(held->outgoing).status, 200) << "its client has other rights now";
  const auto next = asked("poll?after=" + cursor_of(*other), may("operator") + with(token));
  EXPECT_FALSE(has(next->outgoing, R"("reset")")) << "the one whose rights they are";
  for (const char* transport : {"long-poll", "poll", "sse"}) {
    const auto again = asked(std::string(transport) + "?after=" + cursor_of(*held), may("operator") + with(token));
    EXPECT_TRUE(has(again->outgoing, R"("reset")")) << transport << again->outgoing;
    EXPECT_TRUE(has(again->outgoing, "secret.state")) << transport;
    if (std::string(transport) == "sse") continue;
    const auto then = asked("poll?after=" + cursor_of(*again), may("operator") + with(token));
    EXPECT_FALSE(has(then->outgoing, R"("reset")")) << "once is enough: " << then->outgoing;
  }
}

TEST_F(RightsTest, that_were_looked_at_again_reset_also_who_was_between_two_polls) {
  const auto first = asked("poll", may("guest") + with("new"));
  const std::string token = answer_of(first->outgoing).field("Pushwire-Session");
  const auto second = asked("poll?after=" + cursor_of(*first), may("guest") + with(token));
  EXPECT_FALSE(has(second->outgoing, R"("reset")"));
  const session::RecordPtr mine = record(token);
  ASSERT_NE(mine, nullptr);
  hub.judge_again([&](const session::Record* of) { return of == mine.get(); });
  settle();
  const auto third = asked("poll?after=" + cursor_of(*second), may("guest") + with(token));
  EXPECT_TRUE(has(third->outgoing, R"("reset")")) << third->outgoing;
  const auto fourth = asked("poll?after=" + cursor_of(*third), may("guest") + with(token));
  EXPECT_FALSE(has(fourth->outgoing, R"("reset")")) << fourth->outgoing;
}

TEST_F(RightsTest, that_changed_send_the_sessions_other_streams_away) {
  const auto stream = asked("sse", may("guest") + with("new"));
  const std::string token = told_token(*stream);
  const auto same = asked("poll", may("guest") + with(token));
  EXPECT_FALSE(has(stream->outgoing, kFresh));
  const auto changed = asked("poll", may("operator") + with(token));
  EXPECT_TRUE(has(stream->outgoing, kFresh));
}

TEST_F(RightsTest, that_only_last_longer_send_nobody_away) {
  expires = std::chrono::system_clock::now() + std::chrono::hours(1);
  const auto stream = asked("sse", may("guest") + with("new"));
  expires = std::chrono::system_clock::now() + std::chrono::hours(2);
  asked("poll", may("guest") + with(told_token(*stream)));
  EXPECT_FALSE(has(stream->outgoing, kFresh));
}

TEST_F(RightsTest, end_when_the_host_has_said) {
  expires = std::chrono::system_clock::now() + std::chrono::seconds(100);
  const auto stream = asked("sse", may("guest"));
  const auto held = asked("long-poll?wait_ms=60000&after=" + cursor(0), may("guest"));
  const auto slow = asked("sse", may("guest"));
  pass(std::chrono::seconds(59));
  EXPECT_EQ(held->outgoing, "");
  for (int i = 0; i < 4; ++i) pass(std::chrono::seconds(10));
  EXPECT_FALSE(has(stream->outgoing, kFresh));
  slow->room = 0;
  emit(open, "1");
  pass(std::chrono::seconds(3));
  EXPECT_TRUE(has(stream->outgoing, kFresh));
  slow->room = SIZE_MAX;
  slow->observer().on_writable();
  EXPECT_TRUE(has(slow->outgoing, kFresh));
  pass(std::chrono::seconds(3));
  EXPECT_TRUE(stream->closed);
}

TEST_F(RightsTest, answer_a_held_request_when_they_end) {
  expires = std::chrono::system_clock::now() + std::chrono::seconds(10);
  const auto held = asked("long-poll?wait_ms=60000&after=" + cursor(0), may("guest"));
  pass(std::chrono::seconds(12));
  EXPECT_EQ(answer_of(held->outgoing).status, 200);
}

TEST_F(RightsTest, of_two_clients_never_make_their_answers_look_alike) {
  const auto guests = add_restricted("guests", visible_to("guest"));
  append(open, "1");
  append(secret, "2");
  append(guests, "3");
  append(open, "4");
  hub.turn();
  const std::string target = "poll?after=" + cursor(0);
  const std::string etag = answer_of(asked(target, may("operator"))->outgoing).field("ETag");
  EXPECT_EQ(answer_of(asked(target, may("operator") + "If-None-Match: " + etag + "\r\n")->outgoing).status, 304);
  const auto guest = asked(target, may("guest") + "If-None-Match: " + etag + "\r\n");
  EXPECT_EQ(answer_of(guest->outgoing).status, 200) << "as many events, with the same first and last";
}

}  // namespace
}  // namespace pushwire::net
