// What clients say on a WebSocket, and what comes back on it.
#include "net/talk_fixture.hpp"

namespace pushwire::net {
namespace {

class InbandTest : public TalkTest {
 protected:
  explicit InbandTest(session::ServiceLimits limits = {}) : TalkTest({}, limits) {
    on("double", [](double value) { return value * 2; });
    on("note", [this](const std::string& text) { notes += text; });
    on("later", [this](double name, Reply<double> reply) { kept.emplace(static_cast<int>(name), std::move(reply)); });
    on("large", [] { return std::string(200'000, 'x'); });
    hidden = add("hidden");
    shown = add("shown");
    on("emit", [this] { log.append(hidden, false, {}, "1", Event::Payload::json, clock.now()); });
  }
  static std::string later(int id) {
    return R"({"request":"later","id":)" + std::to_string(id) + R"(,"data":)" + std::to_string(id) + "}";
  }
  void reply(int id) {
    kept.at(id)(id);
    kept.erase(id);
    settle();
  }

  std::string notes;
  std::map<int, Reply<double>> kept;
  log::TypeId hidden = 0, shown = 0;
};

TEST_F(InbandTest, a_request_has_its_reply_and_a_numbered_message_its_confirmation) {
  const auto wire = websocket("?events=shown");
  EXPECT_TRUE(has(frames(wire), R"("session_state":"new")"));
  say_frame(wire, R"({"request":"double","id":1,"data":4})");
  say_frame(wire, R"({"send":"note","id":2,"data":"a"})");
  say_frame(wire, R"({"send":"note","data":"b"})");
  EXPECT_EQ(frames(wire), "{\"reply\":2}\n");
  settle();
  EXPECT_TRUE(has(frames(wire), R"({"reply":1,"data":8,"cursor":"epoch001-0"})"));
  EXPECT_EQ(notes, "ab");
}

TEST_F(InbandTest, a_reply_comes_behind_a_ping_that_says_as_much_where_the_events_are_not_read) {
  const auto wire = websocket("?events=shown");
  frames(wire);
  say_frame(wire, R"({"request":"emit","id":1})");
  settle();
  EXPECT_EQ(
      frames(wire),
      "{\"control\":\"ping\",\"cursor\":\"epoch001-1\"}\n{\"reply\":1,\"data\":null,\"cursor\":\"epoch001-1\"}\n");
  say_frame(wire, R"({"request":"double","id":2,"data":1})");
  settle();
  EXPECT_EQ(frames(wire), "{\"reply\":2,\"data\":2,\"cursor\":\"epoch001-1\"}\n") << "nothing new to say";
}

TEST_F(InbandTest, a_reply_on_a_stream_that_is_behind_has_its_ping_when_that_is_level) {
  const auto wire = websocket("?events=shown");
  frames(wire);
  wire->room = 100;
  emit(shown, '"' + std::string(30'000, 'x') + '"');
  emit(shown, "4711");
  say_frame(wire, R"({"request":"emit","id":1})");
  settle();
  say_frame(wire, R"({"control":"ping"})");  // which says where the stream is, and no more
  wire->room = SIZE_MAX;
  wire->observer().on_writable();
  settle();
  const std::string said = frames(wire);
  EXPECT_TRUE(has(said, R"({"reply":1,"data":null,"cursor":"epoch001-3"})"));
  const std::size_t event = said.find("4711");
  ASSERT_NE(event, std::string::npos);
  EXPECT_NE(said.find(R"({"control":"ping","cursor":"epoch001-3"})", event), std::string::npos) << said.substr(30'000);
}

TEST_F(InbandTest, a_stream_that_opens_while_a_reply_waits_for_its_cursor_says_it_at_once) {
  const std::string token = this->token();
  const auto post = this->post(token, R"([{"request":"emit","id":1}])");
  settle();
  ASSERT_TRUE(has(answer_of(post->outgoing).body, R"("cursor":"epoch001-1")"));
  for (const char* transport : {"sse", "long-poll"}) {
    const auto wire = ask(std::string(transport) + "?events=shown&after=" + cursor(0), with(token));
    EXPECT_TRUE(has(wire->outgoing, R"("cursor":"epoch001-1")")) << transport << wire->outgoing;
    const auto level = ask(std::string(transport) + "?events=shown&after=" + cursor(1), with(token));
    EXPECT_FALSE(has(level->outgoing, R"("control":"ping")")) << transport;
    EXPECT_EQ(level->outgoing.empty(), std::string(transport) == "long-poll");
  }
  const auto others = ask("long-poll?events=shown&after=" + cursor(0), with(this->token()));
  EXPECT_EQ(others->outgoing, "") << "nobody waits there";
}

TEST_F(InbandTest, what_is_read_elsewhere_is_told_how_far_a_reply_by_post_has_come) {
  const std::string token = this->token();
  const auto stream = ask("sse?events=shown", with(token));
  const auto held = ask("long-poll?events=shown&after=" + cursor(0), with(token));
  const auto strangers = ask("sse?events=shown", with("new"));
  taken(stream);
  taken(strangers);
  post(token, R"([{"request":"emit","id":1}])");
  settle();
  EXPECT_TRUE(has(stream->outgoing, R"({"control":"ping","cursor":"epoch001-1"})")) << stream->outgoing;
  EXPECT_TRUE(has(held->outgoing, R"("cursor":"epoch001-1")"));
  EXPECT_EQ(strangers->outgoing, "");
}

TEST_F(InbandTest, bad_frames_are_told_so_and_good_ones_go_on) {
  const auto wire = websocket();
  frames(wire);
  for (const std::string& bad :
       {std::string("{}"), std::string("[]"), std::string("1"), std::string("{"), std::string(R"({"send":1})"),
        std::string(R"({"request":"a"})"), std::string(R"({"request":"a","id":0})"),
        std::string(R"({"request":"a","id":-1})"), std::string(R"({"request":"a","id":9007199254740993})"),
        std::string(R"({"request":"a b","id":1})"), std::string(R"({"ack":"1"})"), std::string(1000, '[')}) {
    say_frame(wire, bad);
    const std::string said = frames(wire);
    EXPECT_TRUE(has(said, R"("error":{"code":"bad-frame")")) << bad << said;
    EXPECT_EQ(count(said, "\n"), 1u) << said;
  }
  say_frame(wire, R"({"request":"double","id":3,"data":1})");
  settle();
  EXPECT_TRUE(has(frames(wire), R"({"reply":3,"data":2,)"));
}

TEST_F(InbandTest, the_first_frame_makes_the_record_of_a_stream_that_did_not_ask_for_one) {
  const auto wire = websocket("", "");
  EXPECT_EQ(service().sessions.size(), 0u);
  EXPECT_TRUE(has(frames(wire), R"("session_state":"new")"));
  say_frame(wire, R"({"control":"ping"})");
  EXPECT_EQ(service().sessions.size(), 0u);
  say_frame(wire, R"({"send":"note","data":"a"})");
  EXPECT_EQ(service().sessions.size(), 1u);
  settle();
  EXPECT_EQ(notes, "a");
  EXPECT_TRUE(service().sessions.list()[0].connected);
  EXPECT_EQ(service().sessions.list()[0].transport, "websocket");
  EXPECT_EQ(sessions.began.size(), 1u);
}

TEST_F(InbandTest, a_session_is_the_same_on_the_next_connection_which_is_told_what_was_taken) {
  const auto first = websocket();
  const std::string token = told_token(*first);
  say_frame(first, later(7));
  settle();
  first->gone = true;
  first->observer().on_readable();
  const auto second = websocket("", "pushwire.1, pushwire.session." + token);
  const std::string hello = frames(second);
  EXPECT_TRUE(has(hello, R"("session_state":"resumed")")) << hello;
  EXPECT_TRUE(has(hello, R"("last_id":7)")) << hello;
  EXPECT_EQ(service().sessions.size(), 1u);
  say_frame(second, later(7));
  reply(7);
  EXPECT_TRUE(has(frames(second), R"({"reply":7,"data":7,)"));
}

TEST_F(InbandTest, of_two_connections_of_a_session_that_ask_the_same_each_has_the_reply) {
  const auto first = websocket();
  const auto second = websocket("", "pushwire.session." + told_token(*first));
  for (const auto& wire : {first, second}) {
    frames(wire);
    say_frame(wire, later(1));
    settle();
  }
  EXPECT_EQ(kept.size(), 1u);
  reply(1);
  for (const auto& wire : {first, second}) EXPECT_TRUE(has(frames(wire), R"({"reply":1,"data":1,)"));
  say_frame(first, later(1));
  settle();
  EXPECT_TRUE(has(frames(first), R"({"reply":1,"data":1,)"));
}

TEST_F(InbandTest, a_reply_whose_connection_is_gone_can_be_asked_for_again) {
  const auto first = websocket();
  const std::string token = told_token(*first);
  say_frame(first, later(1));
  settle();
  kept.at(1)(1);  // on its way
  first->gone = true;
  first->observer().on_readable();
  ASSERT_TRUE(first->closed);
  settle();
  const auto second = post(token, "[" + later(1) + "]");
  settle();
  EXPECT_TRUE(has(answer_of(second->outgoing).body, R"("reply":1,"data":1)"));
}

TEST_F(InbandTest, a_client_that_asks_and_does_not_read_makes_nothing_grow) {
  const auto wire = websocket();
  frames(wire);
  say_frame(wire, R"({"request":"large","id":1})");
  settle();
  frames(wire);
  wire->room = 0;
  Connection& connection = static_cast<Connection&>(wire->observer());
  std::string asks;
  for (int i = 0; i < 140; ++i) asks += masked_frame(kFin | kText, R"({"request":"large","id":1})");
  wire->incoming = asks;
  for (int i = 0; i < 10; ++i) {
    wire->observer().on_readable();
    settle();
    EXPECT_LT(connection.unsent(), Connection::kOwnUnsent + 210'000);
  }
  wire->room = SIZE_MAX;
  for (int i = 0; i < 300; ++i) {
    wire->observer().on_writable();
    wire->observer().on_readable();
    settle();
  }
  EXPECT_EQ(count(frames(wire), R"("reply":1)"), 140u);
}

class FloodTest : public InbandTest {
 protected:
  FloodTest() : InbandTest(slow()) {}
  static session::ServiceLimits slow() {
    session::ServiceLimits limits;
    limits.sessions.message_burst = 3;
    limits.sessions.messages_per_second = 1;
    limits.sessions.most = 1;
    return limits;
  }
};

TEST_F(FloodTest, ends_the_connection_with_an_error_a_goodbye_and_nothing_behind_it) {
  const auto wire = websocket();
  frames(wire);
  std::string flood;
  for (int i = 0; i < 10; ++i) flood += masked_frame(kFin | kText, R"({"send":"note","data":"x"})");
  say(wire, flood + masked_frame(kFin | kPing, "?"));
  const std::string said = frames(wire);
  EXPECT_EQ(count(said, "too-many-requests"), 1u) << said;
  EXPECT_TRUE(has(said, R"({"control":"bye","reason":"policy","reconnect":"resume","after_ms":1000})")) << said;
  EXPECT_EQ(said.substr(said.size() - 11), "close 1008\n");
  settle();
  EXPECT_EQ(notes, "xxx");
  say_frame(wire, R"({"send":"note","data":"y"})");
  emit(shown, "4711");
  settle();
  EXPECT_EQ(notes, "xxx");
  EXPECT_EQ(wire->outgoing, "");
  pass(std::chrono::seconds(10));
  EXPECT_TRUE(wire->closed) << "the client did not answer the close";
}

TEST_F(FloodTest, of_sessions_is_told_by_each_frame_that_makes_none) {
  const auto first = websocket();
  const auto second = websocket();
  frames(second);
  say_frame(second, R"({"send":"note","data":"x"})");
  EXPECT_TRUE(has(frames(second), R"({"reply":null,"error":{"code":"overloaded")"));
  say_frame(second, R"({"request":"double","id":4,"data":1})");
  EXPECT_TRUE(has(frames(second), R"({"reply":4,"error":{"code":"overloaded")"));
  first->gone = true;
  first->observer().on_readable();
  say_frame(second, R"({"request":"double","id":4,"data":1})");
  settle();
  EXPECT_TRUE(has(frames(second), R"({"reply":4,"data":2)")) << "there is room now";
}

}  // namespace
}  // namespace pushwire::net
