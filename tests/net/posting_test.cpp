// The answer to messages that come by POST.
#include "net/posting.hpp"

#include "net/talk_fixture.hpp"

namespace pushwire::net {
namespace {

class PostingTest : public TalkTest {
 protected:
  PostingTest() {
    on("double", [](double value) { return value * 2; });
    on("note", [this](const std::string& text) { notes += text; });
    on("later", [this](double name, Reply<double> reply) { kept.emplace(static_cast<int>(name), std::move(reply)); });
    on("large", [] { return std::string(40'000, 'x'); });
    alice = token();
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
  std::string alice;
};

TEST_F(PostingTest, has_its_head_before_any_handler_has_run) {
  const auto wire = post(alice, R"([{"request":"double","id":1,"data":4}])");
  const HttpAnswer begun = answer_of(wire->outgoing);
  EXPECT_EQ(begun.status, 200);
  EXPECT_EQ(begun.field("Content-Type"), "application/json");
  EXPECT_EQ(begun.field("Transfer-Encoding"), "chunked");
  EXPECT_EQ(begun.body, " ") << "a byte of the body shows it to whoever sees no heads";
  EXPECT_FALSE(begun.complete);
  settle();
  const HttpAnswer answer = answer_of(wire->outgoing);
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(answer.body, R"( [{"reply":1,"data":8,"cursor":"epoch001-0"}])");
  EXPECT_EQ(answer.rest, "");
  EXPECT_FALSE(wire->closed);
}

TEST_F(PostingTest, is_whole_where_nothing_is_to_be_waited_for) {
  for (const auto& [body, said] : {std::pair{"[]", "[]"},
                                   {R"([{"send":"note","data":"a"}])", "[]"},
                                   {R"([{"ack":3}])", "[]"},
                                   {R"([{"send":"note","data":"b","id":1}])", R"([{"reply":1}])"}}) {
    const HttpAnswer answer = answer_of(post(alice, body)->outgoing);
    EXPECT_EQ(answer.status, 200) << body;
    EXPECT_EQ(answer.body, said);
    EXPECT_TRUE(answer.complete);
  }
  settle();
  EXPECT_EQ(notes, "ab");
}

TEST_F(PostingTest, gives_replies_in_the_order_in_which_they_are_ready) {
  const auto wire =
      post(alice, "[" + later(1) + "," + later(2) + R"(,{"send":"note","id":3,"data":"x"},)" + later(4) + "]");
  settle();
  EXPECT_EQ(answer_of(wire->outgoing).body, R"([{"reply":3})");
  reply(4);
  reply(1);
  EXPECT_FALSE(answer_of(wire->outgoing).complete);
  reply(2);
  const HttpAnswer answer = answer_of(wire->outgoing);
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(answer.body,
            R"([{"reply":3},{"reply":4,"data":4,"cursor":"epoch001-0"},{"reply":1,"data":1,"cursor":"epoch001-0"},)"
            R"({"reply":2,"data":2,"cursor":"epoch001-0"}])");
}

TEST_F(PostingTest, says_what_is_wrong_with_single_frames_among_good_ones) {
  const auto wire = post(alice, R"([1,{"subscribe":["a"]},{"control":"ping"},{"request":"double","data":1},)"
                                R"({"send":"none"},{"request":"double","id":1,"data":1}])");
  settle();
  const HttpAnswer answer = answer_of(wire->outgoing);
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(count(answer.body, R"({"reply":null,"error":{"code":"bad-frame")"), 4u) << answer.body;
  EXPECT_EQ(count(answer.body, "only a WebSocket takes this frame"), 2u);
  EXPECT_EQ(count(answer.body, R"({"reply":null,"error":{"code":"unknown-name")"), 1u);
  EXPECT_EQ(count(answer.body, R"({"reply":1,"data":2,)"), 1u);
}

TEST_F(PostingTest, ends_with_its_connection_for_a_client_of_http_1_0) {
  const auto wire = send(post_of(alice, "[" + later(1) + "]", "Connection: keep-alive\r\n", 0));
  settle();
  const HttpAnswer begun = answer_of(wire->outgoing);
  EXPECT_EQ(begun.field("Transfer-Encoding"), "");
  EXPECT_EQ(begun.field("Connection"), "close");
  reply(1);
  EXPECT_EQ(answer_of(wire->outgoing).body, R"( [{"reply":1,"data":1,"cursor":"epoch001-0"}])");
  pass(std::chrono::seconds(3));
  EXPECT_TRUE(wire->closed);
}

TEST_F(PostingTest, gives_one_reply_for_what_is_asked_twice_in_it) {
  const auto wire = post(alice, "[" + later(1) + "," + later(1) + "]");
  settle();
  reply(1);
  const HttpAnswer answer = answer_of(wire->outgoing);
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(count(answer.body, R"("reply":1)"), 1u);
}

TEST_F(PostingTest, has_what_another_connection_has_asked_for_again) {
  const auto first = post(alice, "[" + later(1) + "," + later(2) + "]");
  settle();
  const auto second = post(alice, "[" + later(1) + "]");
  settle();
  EXPECT_EQ(kept.size(), 2u) << "run once";
  EXPECT_FALSE(answer_of(first->outgoing).complete);
  reply(2);
  EXPECT_FALSE(answer_of(first->outgoing).complete);
  reply(1);
  EXPECT_EQ(answer_of(second->outgoing).body, R"( [{"reply":1,"data":1,"cursor":"epoch001-0"}])");
  EXPECT_EQ(answer_of(first->outgoing).body,
            R"( [{"reply":2,"data":2,"cursor":"epoch001-0"},{"reply":1,"data":1,"cursor":"epoch001-0"}])");
}

// A request that a client has given up may arrive behind the one that it has made instead.
TEST_F(PostingTest, that_comes_late_takes_nobodys_reply_away) {
  const auto socket = websocket("", "pushwire.session." + alice);
  say_frame(socket, later(1));
  settle();
  const auto late = post(alice, "[" + later(1) + "]");
  settle();
  late->gone = true;
  late->observer().on_readable();
  reply(1);
  EXPECT_TRUE(has(frames(socket), R"({"reply":1,"data":1,)"));
}

TEST_F(PostingTest, does_without_what_four_others_have_asked_for_again) {
  const auto first = post(alice, "[" + later(3) + "]");
  settle();
  std::vector<std::shared_ptr<ShortWire>> others;
  for (int i = 0; i < 4; ++i) {
    EXPECT_FALSE(answer_of(first->outgoing).complete);
    others.push_back(post(alice, "[" + later(3) + "]"));
    settle();
  }
  EXPECT_EQ(answer_of(first->outgoing).body, " []");
  EXPECT_TRUE(answer_of(first->outgoing).complete) << "at once, without any";
  reply(3);
  for (const auto& other : others) EXPECT_TRUE(answer_of(other->outgoing).complete);
}

TEST_F(PostingTest, ends_also_where_each_of_two_connections_asks_for_the_same_again) {
  const std::string ask = "[" + later(1) + "]";
  const auto first = send(post_of(alice, ask) + post_of(alice, ask));
  settle();
  const auto second = post(alice, ask);
  settle();
  reply(1);
  settle();
  EXPECT_TRUE(answer_of(first->outgoing).complete);
  EXPECT_TRUE(answer_of(second->outgoing).complete);
  const HttpAnswer last = answer_of(answer_of(first->outgoing).rest);
  EXPECT_TRUE(last.complete);
  EXPECT_EQ(count(last.body, R"("reply":1)"), 1u);
}

TEST_F(PostingTest, gives_a_reply_that_was_ready_before_it_had_a_head) {
  post(alice, R"([{"request":"double","id":1,"data":4}])");
  settle();
  const auto first =
      send(post_of(alice, "[" + later(2) + "]") + "GET /pushwire/poll HTTP/1.1\r\nHost: localhost\r\n\r\n");
  settle();
  for (int i = 0; i < 3; ++i) post(alice, "[" + later(2) + "]");
  settle();
  // The second frame, being the fifth of its kind, ends the first connection's answer, whose next request makes the hub
  // turn.
  const auto second = post(alice, R"([{"request":"double","id":1,"data":4},)" + later(2) + "]");
  EXPECT_TRUE(has(answer_of(answer_of(first->outgoing).rest).body, R"("cursor")"));
  settle();
  EXPECT_TRUE(has(answer_of(second->outgoing).body, R"({"reply":1,"data":8,)"));
  reply(2);
  EXPECT_TRUE(answer_of(second->outgoing).complete);
  EXPECT_EQ(count(second->outgoing, R"("reply":)"), 2u);
}

TEST_F(PostingTest, whose_client_is_gone_leaves_its_replies_for_whoever_asks_again) {
  const std::string body = "[" + later(1) + R"(,{"request":"double","id":2,"data":1}])";
  const auto gone = post(alice, body);
  sessions.run();  // the second's reply is on its way
  gone->gone = true;
  gone->observer().on_readable();
  ASSERT_TRUE(gone->closed);
  settle();
  reply(1);
  const auto again = post(alice, body);
  settle();
  const HttpAnswer answer = answer_of(again->outgoing);
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(count(answer.body, R"("reply":1,"data":1)"), 1u);
  EXPECT_EQ(count(answer.body, R"("reply":2,"data":2)"), 1u);
}

TEST_F(PostingTest, answers_again_what_it_has_answered_before) {
  const std::string body = R"([{"request":"double","id":1,"data":4},{"send":"note","id":2,"data":"x"}])";
  for (int i = 0; i < 3; ++i) {
    const auto wire = post(alice, body);
    settle();
    const HttpAnswer answer = answer_of(wire->outgoing);
    EXPECT_TRUE(answer.complete) << i;
    EXPECT_EQ(count(answer.body, R"({"reply":1,"data":8,)"), 1u) << i;
    EXPECT_EQ(count(answer.body, R"({"reply":2})"), 1u) << i;
  }
  EXPECT_EQ(notes, "x");
  settle();
  post(alice, R"([{"ack":2}])");
  const HttpAnswer forgotten = answer_of(post(alice, body)->outgoing);
  EXPECT_TRUE(forgotten.complete);
  EXPECT_EQ(count(forgotten.body, "outcome-unknown"), 2u);
}

// A few bytes of a request cannot make megabytes of an answer in memory.
TEST_F(PostingTest, of_a_client_that_does_not_read_stays_small_and_comes_when_there_is_room) {
  std::string body = "[";
  for (int id = 1; id <= 100; ++id) body += R"({"request":"large","id":)" + std::to_string(id) + "},";
  body.back() = ']';
  const auto wire = std::make_shared<ShortWire>();
  hub.accept(wire);
  wire->room = 0;
  say(wire, post_of(alice, body));
  settle();
  Connection& connection = static_cast<Connection&>(wire->observer());
  EXPECT_GT(connection.unsent(), 0u);
  EXPECT_LT(connection.unsent(), Connection::kOwnUnsent + 45'000);
  for (int i = 0; i < 500 && !answer_of(wire->outgoing).complete; ++i) {
    wire->room = 30'000;
    wire->observer().on_writable();
    EXPECT_LT(connection.unsent(), Connection::kOwnUnsent + 45'000);
  }
  const HttpAnswer answer = answer_of(wire->outgoing);
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(count(answer.body, R"("reply":)"), 100u);
}

TEST_F(PostingTest, of_the_same_thing_a_thousand_times_stays_small) {
  post(alice, R"([{"request":"large","id":1}])");
  settle();
  std::string body = "[";
  for (int i = 0; i < 1000; ++i) body += R"({"request":"large","id":1},)";
  body.back() = ']';
  const auto wire = std::make_shared<ShortWire>();
  hub.accept(wire);
  wire->room = 0;
  say(wire, post_of(alice, body));
  settle();
  EXPECT_LT(static_cast<Connection&>(wire->observer()).unsent(), Connection::kOwnUnsent + 45'000);
  wire->room = SIZE_MAX;
  wire->observer().on_writable();
  settle();
  EXPECT_TRUE(answer_of(wire->outgoing).complete);
  EXPECT_LT(wire->outgoing.size(), 50'000u) << "once is enough";
}

TEST_F(PostingTest, lets_go_of_a_client_that_takes_nothing_any_more) {
  const auto wire = std::make_shared<ShortWire>();
  hub.accept(wire);
  wire->room = 10;
  say(wire, post_of(alice, "[" + later(1) + "]"));
  settle();
  pass(std::chrono::seconds(31));
  EXPECT_TRUE(wire->closed);
  EXPECT_EQ(counters.too_slow.load(), 1u);
  reply(1);
  const auto again = post(alice, "[" + later(1) + "]");
  settle();
  EXPECT_EQ(count(answer_of(again->outgoing).body, R"("reply":1,"data":1)"), 1u);
}

TEST_F(PostingTest, waits_for_a_handler_longer_than_for_a_client_but_not_for_ever) {
  const auto wire = post(alice, "[" + later(1) + "]");
  settle();
  pass(std::chrono::seconds(45));
  EXPECT_FALSE(wire->closed);
  pass(std::chrono::seconds(16));
  const HttpAnswer answer = answer_of(wire->outgoing);
  EXPECT_TRUE(answer.complete);
  EXPECT_TRUE(has(answer.body, R"({"reply":1,"error":{"code":"timeout")")) << answer.body;
}

TEST_F(PostingTest, lets_the_next_request_of_its_connection_wait_for_it) {
  const auto wire = send(post_of(alice, "[" + later(1) + "]") + post_of(alice, R"([{"send":"note","data":"n"}])") +
                         "GET /pushwire/none HTTP/1.1\r\nHost: localhost\r\n\r\n");
  settle();
  EXPECT_EQ(notes, "");
  reply(1);
  EXPECT_EQ(notes, "n");
  const HttpAnswer first = answer_of(wire->outgoing);
  const HttpAnswer second = answer_of(first.rest);
  const HttpAnswer third = answer_of(second.rest);
  EXPECT_TRUE(first.complete);
  EXPECT_EQ(second.body, "[]");
  EXPECT_EQ(third.status, 404);
  EXPECT_EQ(third.rest, "");
}

TEST_F(PostingTest, comes_behind_a_long_poll_that_it_was_sent_behind) {
  const auto type = add("log");
  const auto wire = ask("long-poll?after=" + cursor(0));
  say(wire, post_of(alice, R"([{"request":"double","id":1,"data":2}])"));
  settle();
  EXPECT_EQ(wire->outgoing, "");
  emit(type, "4711");
  settle();
  const HttpAnswer first = answer_of(wire->outgoing);
  EXPECT_TRUE(has(first.body, "4711"));
  EXPECT_TRUE(has(answer_of(first.rest).body, R"({"reply":1,"data":4,"cursor":"epoch001-1"})"));
}

TEST_F(PostingTest, is_finished_when_the_server_stops_and_then_ends_its_connection) {
  const auto wire = post(alice, "[" + later(1) + "]");
  settle();
  hub.begin_stop(hub.now() + std::chrono::seconds(5));
  EXPECT_FALSE(answer_of(wire->outgoing).complete);
  reply(1);
  EXPECT_TRUE(answer_of(wire->outgoing).complete);
  pass(std::chrono::seconds(3));
  EXPECT_TRUE(wire->closed);
  EXPECT_TRUE(hub.stopped());
}

TEST_F(PostingTest, is_cut_when_the_server_has_stopped_and_can_be_answered_no_more) {
  const auto wire = post(alice, "[" + later(1) + "]");
  settle();
  hub.begin_stop(hub.now() + std::chrono::seconds(5));
  pass(std::chrono::seconds(6));
  EXPECT_TRUE(wire->closed);
  EXPECT_TRUE(hub.stopped());
  reply(1);
}

TEST_F(PostingTest, counts_as_a_connection_of_its_session) {
  const auto wire = post(alice, "[" + later(1) + "]");
  settle();
  EXPECT_TRUE(service().sessions.list().at(0).connected);
  reply(1);
  EXPECT_FALSE(service().sessions.list().at(0).connected);
  EXPECT_EQ(sessions.began.size(), 1u);
  pass(std::chrono::seconds(60));
  EXPECT_EQ(sessions.ended.size(), 1u);
}

}  // namespace
}  // namespace pushwire::net
