// Requests that wait until the host has said who asks.
#include "net/parked.hpp"

#include "net/talk_fixture.hpp"

namespace pushwire::net {
namespace {

// Clients say who they are by the field User; the host's judgment runs when the test says so.
class ParkedTest : public TalkTest {
 protected:
  explicit ParkedTest(session::ServiceLimits limits = {}) : TalkTest(judging(), limits) {
    on("who", [](const Message& message) { return message.identity().name; });
    add("log");
  }
  HubSettings judging() {
    HubSettings settings;
    settings.authorize = std::make_shared<const AuthorizeCallback>([this](const Request& request) {
      ++asked;
      peers.emplace_back(request.peer);
      return judge(request);
    });
    const auto keep = [this](LogLevel, std::string_view line) { lines.emplace_back(line); };
    settings.logbook = std::make_shared<Logbook>(keep, LogLevel::warning, clock);
    return settings;
  }
  static std::string user(const std::string& name) { return "User: " + name + "\r\n"; }
  static HttpAnswer answer(const std::shared_ptr<ShortWire>& wire) { return answer_of(wire->outgoing); }

  std::function<Identity(const Request&)> judge = [](const Request& request) {
    Identity identity;
    identity.name = std::string(request.field("User").value_or(""));
    if (identity.name.empty()) {
      Refusal refusal(401, "log in first");
      refusal.head.add("WWW-Authenticate", "Basic realm=\"x\"");
      throw refusal;
    }
    if (identity.name == "mallory") throw Refusal(403, "not you");
    return identity;
  };
  int asked = 0;
  std::vector<std::string> peers, lines;
};

TEST_F(ParkedTest, wait_for_the_hosts_word_and_go_on_as_if_nothing_had_been) {
  for (const char* target : {"poll", "sse", "long-poll?wait_ms=0"}) {
    const auto wire = ask(target, user("alice"));
    EXPECT_EQ(wire->outgoing, "") << target;
    settle();
    EXPECT_EQ(answer(wire).status, 200) << target;
  }
  EXPECT_EQ(asked, 3);
  const auto socket = ask("websocket", user("alice") +
                                           "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                                           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                                           "dGhlIHNhbXBsZSBub25jZQ==\r\n");
  say_frame(socket, R"({"request":"who","id":1})");  // before it is known
  settle();
  EXPECT_TRUE(has(frames(socket), R"({"reply":1,"data":"alice",)"));
}

TEST_F(ParkedTest, are_refused_with_the_hosts_status_fields_and_sentence) {
  const auto unknown = ask("sse");
  const auto barred = ask("sse", user("mallory"));
  settle();
  EXPECT_EQ(answer(unknown).status, 401);
  EXPECT_EQ(answer(unknown).field("WWW-Authenticate"), "Basic realm=\"x\"");
  EXPECT_TRUE(has(answer(unknown).body, "log in first"));
  EXPECT_EQ(answer(barred).status, 403);
  EXPECT_TRUE(has(answer(barred).body, "not you"));
  EXPECT_EQ(answer(barred).field("WWW-Authenticate"), "");
  say(unknown, "GET /pushwire/poll HTTP/1.1\r\nHost: localhost\r\nUser: alice\r\n\r\n");
  settle();
  EXPECT_EQ(answer_of(answer(unknown).rest).status, 200) << "the same connection, with a name this time";
  EXPECT_EQ(service().sessions.size(), 0u);
}

TEST_F(ParkedTest, are_answered_500_without_a_word_of_what_was_thrown) {
  judge = [](const Request&) -> Identity { throw std::runtime_error("the password of db is hunter2"); };
  const auto wire = ask("poll");
  settle();
  EXPECT_EQ(answer(wire).status, 500);
  EXPECT_FALSE(has(wire->outgoing, "hunter2"));
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_TRUE(has(lines[0], "hunter2"));
  judge = [](const Request&) -> Identity { throw 4711; };
  const auto odd = ask("poll");
  settle();
  EXPECT_EQ(answer(odd).status, 500);
}

TEST_F(ParkedTest, are_refused_also_with_a_status_that_is_no_refusal) {
  for (const int status : {0, 99, 200, 204, 302, 600, -1}) {
    judge = [status](const Request&) -> Identity { throw Refusal(status, "odd"); };
    const auto wire = ask("poll");
    settle();
    EXPECT_EQ(answer(wire).status, 403) << status;
  }
}

TEST_F(ParkedTest, do_not_wait_for_ever) {
  const auto wire = ask("poll", user("alice"));
  pass(std::chrono::seconds(0));
  const auto late = ask("poll", user("alice"));
  auto judging = std::exchange(sessions.due, {});
  pass(std::chrono::seconds(9));
  EXPECT_EQ(late->outgoing, "");
  pass(std::chrono::seconds(2));
  EXPECT_EQ(answer(late).status, 503);
  EXPECT_TRUE(has(answer(late).body, "too long"));
  sessions.due = std::move(judging);
  settle();
  EXPECT_EQ(answer(late).rest, "") << "the late word is of no use";
}

TEST_F(ParkedTest, of_a_head_alone_have_no_body_even_when_it_takes_too_long) {
  const std::string head = "HEAD /pushwire/poll HTTP/1.1\r\nHost: localhost\r\nUser: alice\r\n\r\n";
  const auto wire = send(head);
  settle();
  EXPECT_EQ(answer(wire).status, 200);
  EXPECT_EQ(answer(wire).body, "");
  const auto late = send(head);
  const auto judging = std::exchange(sessions.due, {});
  pass(std::chrono::seconds(11));
  EXPECT_EQ(answer(late).status, 503);
  EXPECT_EQ(answer(late).body, "");
}

TEST_F(ParkedTest, whose_connection_is_gone_are_forgotten) {
  const auto wire = ask("sse", user("alice") + with("new"));
  wire->gone = true;
  wire->observer().on_readable();
  EXPECT_TRUE(wire->closed);
  hub.reap();
  EXPECT_EQ(hub.connections(), 0u);
  settle();
  EXPECT_EQ(asked, 0) << "nobody is judged for nothing";
  EXPECT_EQ(service().sessions.size(), 0u);
}

TEST_F(ParkedTest, let_what_comes_behind_them_wait) {
  std::string three;
  for (const char* name : {"alice", "", "bob"}) {
    three += "GET /pushwire/poll HTTP/1.1\r\nHost: localhost\r\n" + user(name) + "\r\n";
  }
  const auto wire = send(three + "nonsense\r\n\r\n");
  sessions.run();
  EXPECT_EQ(asked, 1);
  settle();
  EXPECT_EQ(asked, 3);
  HttpAnswer next = answer(wire);
  for (const int status : {200, 401, 200, 400}) {
    EXPECT_EQ(next.status, status);
    next = answer_of(next.rest);
  }
}

TEST_F(ParkedTest, take_only_so_much_of_what_comes_behind_them) {
  const auto wire = ask("poll", user("alice"));
  const auto judging = std::exchange(sessions.due, {});
  wire->incoming = std::string(1'000'000, 'x');
  for (int i = 0; i < 100; ++i) wire->observer().on_readable();
  EXPECT_GE(wire->incoming.size(), 1'000'000 - Connection::kReadAhead - 100);
}

TEST_F(ParkedTest, are_told_when_the_server_stops) {
  const auto wire = ask("sse", user("alice"));
  const auto judging = std::exchange(sessions.due, {});
  hub.begin_stop(hub.now() + std::chrono::seconds(1));
  EXPECT_EQ(answer(wire).status, 503);
  EXPECT_TRUE(has(answer(wire).body, "shutting down"));
  sessions.due = judging;
  settle();
  EXPECT_EQ(answer(wire).rest, "");
  pass(std::chrono::seconds(3));
  EXPECT_TRUE(hub.stopped());
}

TEST_F(ParkedTest, are_refused_by_what_the_host_knew_until_a_moment_ago) {
  judge = [](const Request&) {
    Identity identity;
    identity.name = "alice";
    identity.expires = std::chrono::system_clock::now() - std::chrono::milliseconds(1);
    return identity;
  };
  const auto wire = ask("poll");
  settle();
  EXPECT_EQ(answer(wire).status, 401);
}

TEST_F(ParkedTest, are_judged_once_more_when_what_was_found_out_ended_to_hold_meanwhile) {
  const auto wire = ask("sse", user("alice"));
  sessions.run();
  EXPECT_EQ(asked, 1);
  judge = [](const Request&) -> Identity { throw Refusal(403, "not any more"); };
  hub.judge_again([](const session::Record*) { return true; });
  settle();
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(answer(wire).status, 403);
}

TEST_F(ParkedTest, are_none_where_nobody_needs_to_be_known) {
  EXPECT_EQ(answer(ask("none")).status, 404);
  EXPECT_EQ(answer(send("OPTIONS /pushwire/send HTTP/1.1\r\nHost: localhost\r\n\r\n")).status, 204);
  EXPECT_EQ(answer(ask("poll", "Origin: https://evil.example\r\n")).status, 403);
  EXPECT_EQ(asked, 0);
}

TEST_F(ParkedTest, belong_to_the_session_of_their_client_alone) {
  const auto stream = ask("sse", user("alice") + with("new"));
  settle();
  const std::string token = told_token(*stream);
  const std::string body = R"([{"request":"who","id":1}])";
  const auto hers = send(post_of(token, body, user("alice")));
  const auto his = send(post_of(token, body, user("bob")));
  settle();
  EXPECT_TRUE(has(answer(hers).body, R"("data":"alice")"));
  EXPECT_EQ(answer(his).status, 410);
  const auto reading = ask("sse", user("bob") + with(token));
  settle();
  EXPECT_TRUE(has(reading->outgoing, R"("session_state":"expired")"));
  EXPECT_NE(told_token(*reading), token);
}

// Else who plants a token of his own with another would read what is meant for her.
TEST_F(ParkedTest, do_not_give_a_session_to_the_stream_of_somebody_else_who_was_given_its_token) {
  const auto type = add("secret");
  const auto his = ask("sse", user("bob"));
  settle();
  const std::string planted = told_token(*his);
  const auto hers = send(post_of(planted, R"([{"request":"who","id":1}])", user("alice")));
  settle();
  EXPECT_TRUE(has(answer(hers).body, R"("data":"alice")"));
  EXPECT_TRUE(has(his->outgoing, R"("control":"bye","reason":"policy","reconnect":"fresh")"));
  emit_to(record(planted), type, "4711");
  EXPECT_FALSE(has(his->outgoing, "4711"));
}

class FewParked : public ParkedTest {
 protected:
  FewParked() : ParkedTest(one()) {}
  static session::ServiceLimits one() {
    session::ServiceLimits limits;
    limits.sessions.most = 1;
    return limits;
  }
};

TEST_F(FewParked, take_no_session_from_one_another_that_is_about_to_begin) {
  std::vector<std::shared_ptr<ShortWire>> wires;
  for (int i = 0; i < 3; ++i) wires.push_back(ask("sse", user("u" + std::to_string(i)) + with("new")));
  settle();
  EXPECT_EQ(service().sessions.size(), 1u);
  EXPECT_TRUE(sessions.ended.empty());
  for (const auto& wire : wires) EXPECT_EQ(answer(wire).status, 200);
}

}  // namespace
}  // namespace pushwire::net
