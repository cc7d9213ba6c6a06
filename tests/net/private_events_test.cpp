// Events for one session: who sees them, in what order, and that nobody else notices.
#include "net/talk_fixture.hpp"

namespace pushwire::net {
namespace {

class PrivateEventsTest : public TalkTest {
 protected:
  PrivateEventsTest() {
    type = add("log");
    alice = token();
    mine = ask("sse?events=log", with(alice));
    others = ask("sse?events=log", with("new"));
    anonymous = ask("sse?events=log");
    for (const auto& wire : {mine, others, anonymous}) taken(wire);
  }
  void append(const std::string& payload) { log.append(type, false, {}, payload, Event::Payload::json, clock.now()); }

  log::TypeId type = 0;
  std::string alice;
  std::shared_ptr<ShortWire> mine, others, anonymous;
};

TEST_F(PrivateEventsTest, come_to_all_streams_of_their_session_and_to_no_other) {
  const auto second = websocket("?events=log", "pushwire.session." + alice);
  frames(second);
  emit_to(record(alice), type, "4711");
  EXPECT_TRUE(has(taken(mine), "data: 4711"));
  EXPECT_TRUE(has(frames(second), R"("data":4711)"));
  EXPECT_EQ(others->outgoing, "");
  EXPECT_EQ(anonymous->outgoing, "");
}

TEST_F(PrivateEventsTest, stand_among_the_others_in_their_order) {
  append("1");
  append_to(record(alice), type, "2");
  append("3");
  append_to(record(alice), type, "4");
  hub.turn();
  const std::string said = taken(mine);
  std::size_t at = 0;
  for (const char* payload : {"1", "2", "3", "4"}) {
    at = said.find("data: " + std::string(payload), at);
    ASSERT_NE(at, std::string::npos) << payload << said;
  }
  EXPECT_EQ(count(said, "data: "), 4u);
  for (const auto& wire : {others, anonymous}) {
    EXPECT_EQ(count(wire->outgoing, "data: "), 2u) << wire->outgoing;
    EXPECT_TRUE(has(wire->outgoing, "data: 3"));
  }
  EXPECT_EQ(others->outgoing, anonymous->outgoing) << "the same bytes";
  EXPECT_EQ(hub.cohorts().size(), 1u) << "all are level again";
}

TEST_F(PrivateEventsTest, leave_what_comes_later_as_it_was) {
  emit_to(record(alice), type, "4711");
  emit(type, "1");
  emit(type, "2");
  for (const auto& wire : {mine, others, anonymous}) {
    EXPECT_EQ(count(wire->outgoing, "data: 1\n"), 1u);
    EXPECT_EQ(count(wire->outgoing, "data: 2\n"), 1u);
  }
  EXPECT_EQ(count(mine->outgoing, "data: 4711\n"), 1u);
}

TEST_F(PrivateEventsTest, of_a_type_that_a_stream_does_not_read_do_not_come_to_it) {
  const auto other = add("other");
  emit_to(record(alice), other, "4711");
  EXPECT_EQ(mine->outgoing, "");
  emit(type, "1");
  EXPECT_TRUE(has(mine->outgoing, "data: 1\n"));
}

TEST_F(PrivateEventsTest, come_to_a_stream_that_is_behind_once_it_has_room) {
  mine->room = 10;
  emit(type, '"' + std::string(1000, 'x') + '"');
  emit_to(record(alice), type, "4711");
  emit(type, "5");
  EXPECT_FALSE(has(mine->outgoing, "4711"));
  mine->room = SIZE_MAX;
  mine->observer().on_writable();
  settle();
  EXPECT_LT(mine->outgoing.find("data: 4711"), mine->outgoing.find("data: 5"));
  EXPECT_EQ(count(mine->outgoing, "data: 4711"), 1u);
  emit_to(record(alice), type, "6");
  EXPECT_EQ(count(mine->outgoing, "data: 6"), 1u);
}

TEST_F(PrivateEventsTest, answer_the_sessions_held_long_polls_and_nobody_elses) {
  const auto held = ask("long-poll?events=log&after=" + cursor(0), with(alice));
  const auto theirs = ask("long-poll?events=log&after=" + cursor(0));
  const auto elsewhere = ask("long-poll?events=other&after=" + cursor(0), with(alice));
  emit_to(record(alice), type, "4711");
  EXPECT_TRUE(has(held->outgoing, "4711"));
  EXPECT_TRUE(has(held->outgoing, R"("cursor":"epoch001-1")"));
  EXPECT_EQ(theirs->outgoing, "");
  EXPECT_EQ(elsewhere->outgoing, "") << "it does not read the type";
  emit(type, "1");
  EXPECT_TRUE(has(theirs->outgoing, R"("data":1)"));
  EXPECT_FALSE(has(theirs->outgoing, "4711"));
}

TEST_F(PrivateEventsTest, are_in_an_answer_with_what_woke_it_just_once) {
  const auto held = ask("long-poll?events=log&after=" + cursor(0), with(alice));
  append("1");
  append_to(record(alice), type, "2");
  hub.turn();
  hub.reap();
  const HttpAnswer answer = answer_of(held->outgoing);
  EXPECT_EQ(answer.rest, "");
  EXPECT_EQ(count(answer.body, R"("data":)"), 2u) << answer.body;
}

TEST_F(PrivateEventsTest, are_polled_for_by_their_session_with_an_etag_of_its_own) {
  emit(type, "1");
  const auto etag = [&](const std::string& fields) {
    return answer_of(ask("poll?events=log&after=" + cursor(0), fields)->outgoing).field("ETag");
  };
  const std::string before = etag(with(alice));
  EXPECT_EQ(etag({}), before) << "the same answer";
  EXPECT_EQ(
      answer_of(ask("poll?events=log&after=" + cursor(0), with(alice) + "If-None-Match: " + before + "\r\n")->outgoing)
          .status,
      304);
  emit_to(record(alice), type, "2");
  const std::string after = etag(with(alice));
  EXPECT_NE(after, before);
  const HttpAnswer fresh =
      answer_of(ask("poll?events=log&after=" + cursor(0), with(alice) + "If-None-Match: " + before + "\r\n")->outgoing);
  EXPECT_EQ(fresh.status, 200);
  EXPECT_TRUE(has(fresh.body, R"("data":2)"));
  EXPECT_EQ(
      answer_of(ask("poll?events=log&after=" + cursor(0), with(alice) + "If-None-Match: " + after + "\r\n")->outgoing)
          .status,
      304);
  EXPECT_FALSE(has(ask("poll?events=log&after=" + cursor(0))->outgoing, R"("data":2)"));
  EXPECT_EQ(etag({}), before);
}

TEST_F(PrivateEventsTest, are_kept_for_a_client_that_comes_back) {
  mine->gone = true;
  mine->observer().on_readable();
  emit_to(record(alice), type, "4711");
  emit(type, "1");
  const auto back = ask("sse?events=log&after=" + cursor(0), with(alice));
  EXPECT_LT(back->outgoing.find("data: 4711"), back->outgoing.find("data: 1\n"));
  const auto stranger = ask("sse?events=log&after=" + cursor(0));
  EXPECT_FALSE(has(stranger->outgoing, "4711"));
}

TEST_F(PrivateEventsTest, that_were_lost_are_told_of_by_a_subscription_that_asks_for_them_later) {
  const auto second = add("second");
  const auto own = record(alice);
  for (int i = 0; i < 5; ++i) append('"' + std::string(40'000, 'x') + '"');
  for (int i = 0; i < 150; ++i) append_to(own, second, std::to_string(i));
  hub.turn();
  const auto wire = std::make_shared<ShortWire>();
  wire->room = 1000;
  hub.accept(wire);
  say(wire,
      "GET /pushwire/websocket?events=log&after=earliest HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Protocol: pushwire.session." +
          alice + "\r\n\r\n");
  say_frame(wire, R"({"subscribe":["second"]})");
  wire->room = SIZE_MAX;
  wire->observer().on_writable();
  settle();
  const std::string said = frames(wire);
  EXPECT_TRUE(has(said, R"({"control":"gap","types":["second"])"));
  EXPECT_FALSE(has(said, R"("data":49})"));
  EXPECT_EQ(count(said, R"("event":"second")"), 100u);
}

TEST_F(PrivateEventsTest, end_with_their_session) {
  emit_to(record(alice), type, "4711");
  mine->gone = true;
  mine->observer().on_readable();
  const session::RecordPtr was = record(alice);
  pass(std::chrono::seconds(61));
  ASSERT_TRUE(was->ended);
  const auto late = ask("sse?events=log&after=" + cursor(0), with(alice));
  EXPECT_TRUE(has(late->outgoing, R"("session_state":"expired")"));
  EXPECT_FALSE(has(late->outgoing, "4711"));
}

TEST_F(PrivateEventsTest, come_to_a_nameless_stream_once_its_token_is_used) {
  const std::string token = told_token(*ask("sse?events=log"));
  const auto stream = ask("sse?events=log");
  const std::string given = told_token(*stream);
  EXPECT_NE(given, token);
  EXPECT_EQ(record(given), nullptr);
  EXPECT_EQ(answer_of(post(given, "[]")->outgoing).status, 200);
  ASSERT_NE(record(given), nullptr);
  EXPECT_TRUE(service().sessions.describe(*record(given)).connected);
  EXPECT_EQ(service().sessions.describe(*record(given)).transport, "sse");
  taken(stream);
  emit_to(record(given), type, "4711");
  EXPECT_TRUE(has(stream->outgoing, "data: 4711"));
  stream->gone = true;
  stream->observer().on_readable();
  EXPECT_FALSE(service().sessions.describe(*record(given)).connected);
}

TEST_F(PrivateEventsTest, of_a_nameless_stream_that_is_gone_wait_for_it) {
  const auto stream = ask("sse?events=log");
  const std::string given = told_token(*stream);
  stream->gone = true;
  stream->observer().on_readable();
  post(given, "[]");
  emit_to(record(given), type, "4711");
  EXPECT_TRUE(has(ask("sse?events=log&after=" + cursor(0), with(given))->outgoing, "data: 4711"));
}

TEST_F(PrivateEventsTest, that_come_while_a_turn_begins_come_with_the_next) {
  const auto held = ask("long-poll?events=log&after=" + cursor(0), with(alice));
  bool once = true;
  // Judged when the turn has taken the log's head, and has not yet looked for private news.
  add_restricted("secret", visible_to([&](const Identity&) {
                   if (std::exchange(once, false)) append_to(record(alice), type, "4711");
                   return false;
                 }));
  const auto quiet = add("quiet");
  append_to(record(alice), quiet, "1");
  hub.turn();
  hub.reap();
  hub.turn();
  hub.reap();
  EXPECT_EQ(count(mine->outgoing, "data: 4711"), 1u);
  EXPECT_TRUE(has(held->outgoing, "4711"));
  emit(type, "2");
  EXPECT_EQ(count(mine->outgoing, "data: 4711"), 1u);
  EXPECT_EQ(count(mine->outgoing, "data: 2\n"), 1u);
  EXPECT_EQ(count(others->outgoing, "data: "), 1u);
}

}  // namespace
}  // namespace pushwire::net
