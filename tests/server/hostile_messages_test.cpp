// Whatever a client says, it is answered or refused, costs a bounded amount, and concerns nobody else.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/eventually.hpp"
#include "server/gate.hpp"
#include "server/talking.hpp"

namespace pushwire {
namespace {

using std::chrono::milliseconds;

class HostileMessages : public testing::Test {
 protected:
  explicit HostileMessages(Limits limits = {})
      : server(
            Options{}.limits(limits).heartbeat(std::chrono::seconds(300)).stop_timeout(milliseconds(50)).log(nullptr)),
        opening(gate) {
    server.on("count", [&] { return ++runs; });
    server.on("echo", [](JsonValue value) { return value; });
    server.on("wait", [&] { gate.pass(); });
    server.start();
    bystander = std::make_unique<Talking>(server.port(), kInBand);
    session = new_session(server.port());
  }
  // Whoever else is there is served as ever.
  void check_bystander() {
    log.emit(7);
    EXPECT_EQ(said({bystander->next()}), "log=7");
    EXPECT_EQ(bystander->ask("echo", "\"still here\"").data, "\"still here\"");
  }
  HttpAnswer say(std::string_view body) { return post(server.port(), session, body); }
  // The fault of a frame that cannot be used, by either way.
  void expect_bad(const std::string& frame, const std::string& thing) {
    const Item posted = reply_of(say('[' + frame + ']').body);
    EXPECT_EQ(posted.error_code, "bad-frame") << frame.substr(0, 100);
    EXPECT_NE(posted.error_message.find(thing), std::string::npos) << posted.error_message;
    EXPECT_LT(posted.error_message.size(), 300u);
    bystander->say(frame);
    const Item in_band = bystander->reply();
    EXPECT_EQ(in_band.error_code, "bad-frame") << frame.substr(0, 100);
    EXPECT_EQ(in_band.error_message, posted.error_message);
  }

  Gate gate;
  std::atomic<int> runs{0};
  Server server;
  EventType<int> log = server.event<int>("log");
  std::unique_ptr<Talking> bystander;
  std::string session;
  Opening opening;
};

TEST_F(HostileMessages, tokens_that_were_guessed_or_changed_are_nobodys) {
  std::vector<std::string> guesses{"A",
                                   std::string(43, 'A'),
                                   std::string(42, '-'),
                                   session + "A",
                                   session.substr(1),
                                   std::string(8000, 'x'),
                                   "new ",
                                   "\xff\xfe",
                                   "Bearer " + session,
                                   session + ',' + session};
  for (std::size_t i = 0; i < session.size(); ++i) {
    guesses.push_back(session);
    guesses.back()[i] = guesses.back()[i] == 'A' ? 'B' : 'A';
  }
  for (const std::string& guess : guesses) {
    const HttpAnswer answer = post(server.port(), guess, '[' + request_frame(1, "count") + ']');
    EXPECT_EQ(answer.status, 410) << guess;
    EXPECT_EQ(answer.field(kSession).size(), 43u);
  }
  EXPECT_EQ(runs, 0);
  EXPECT_EQ(server.stats().sessions, 2u);
  check_bystander();
}

TEST_F(HostileMessages, a_token_in_the_url_or_a_cookie_is_none) {
  HttpClient client(server.port());
  const std::string frames = '[' + request_frame(1, "count") + ']';
  client.socket().send(request_text("/pushwire/send?Pushwire-Session=" + session,
                                    {{"Content-Type", "application/json"},
                                     {"Cookie", "Pushwire-Session=" + session},
                                     {"Content-Length", std::to_string(frames.size())}},
                                    "POST") +
                       frames);
  EXPECT_EQ(client.answer().status, 400);
  EXPECT_EQ(runs, 0);
}

TEST_F(HostileMessages, numbers_of_one_session_say_nothing_of_another) {
  const std::string other = new_session(server.port());
  const std::string frames = '[' + request_frame(1, "count") + ']';
  EXPECT_EQ(reply_of(post(server.port(), session, frames).body).data, "1");
  EXPECT_EQ(reply_of(post(server.port(), other, frames).body).data, "2");
  EXPECT_EQ(reply_of(post(server.port(), session, frames).body).data, "1");
  post(server.port(), other, R"([{"ack":9007199254740992}])");
  EXPECT_EQ(reply_of(post(server.port(), other, frames).body).error_code, "outcome-unknown");
  EXPECT_EQ(reply_of(post(server.port(), session, frames).body).data, "1");
}

TEST_F(HostileMessages, numbers_that_are_none_are_refused) {
  for (const char* id :
       {"0", "-1", "1.5", "9007199254740993", "18446744073709551616", "1e3", "\"1\"", "null", "[1]", "true"}) {
    expect_bad(R"({"request":"count","id":)" + std::string(id) + "}", "id is not a number");
    expect_bad(R"({"send":"count","id":)" + std::string(id) + "}", "id is not a number");
    expect_bad(R"({"ack":)" + std::string(id) + "}", "ack is not a number");
  }
  expect_bad(R"({"request":"count"})", "id is not a number");
  EXPECT_EQ(runs, 0);
  EXPECT_EQ(reply_of(say(R"([{"request":"count","id":9007199254740992}])").body).data, "1");
  EXPECT_EQ(reply_of(say(R"([{"request":"count","id":1}])").body).data, "2") << "numbers may come in any order";
  check_bystander();
}

TEST_F(HostileMessages, frames_that_are_none_are_refused) {
  expect_bad("17", "not a JSON object");
  expect_bad("[]", "not a JSON object");
  expect_bad("null", "not a JSON object");
  expect_bad("{}", "none of");
  expect_bad(R"({"send":17})", "send is not a string");
  expect_bad(R"({"request":null,"id":1})", "request is not a string");
  expect_bad(R"({"request":"","id":1})", "is no name");
  expect_bad(R"({"request":"a b","id":1})", "is no name");
  expect_bad(R"({"request":"pushwire\u0000","id":1})", "is no name");
  expect_bad(R"({"control":"hello"})", "none of");
  expect_bad(R"({"subscribe":"log"})", "subscribe");
  const std::string name(1024 * 60, 'n');
  expect_bad(R"({"request":")" + name + R"(","id":1})", "is no name");
  // The last of several members of one name is the one.
  EXPECT_EQ(reply_of(say(R"([{"request":"nowhere","request":"count","id":5,"id":6}])").body).reply, 6u);
  EXPECT_EQ(reply_of(say(R"([{"subscribe":["log"]}])").body).error_code, "bad-frame") << "not by POST";
  EXPECT_EQ(reply_of(say(R"([{"control":"ping"}])").body).error_code, "bad-frame") << "not by POST";
  check_bystander();
}

TEST_F(HostileMessages, json_that_is_deep_long_or_broken_is_refused) {
  const std::string deep = std::string(1000, '[') + std::string(1000, ']');
  EXPECT_EQ(say(R"([{"request":"echo","id":1,"data":)" + deep + "}]").status, 400);
  EXPECT_EQ(say(std::string(500'000, '[')).status, 400);
  bystander->say(R"({"request":"echo","id":1,"data":)" + deep + "}");
  EXPECT_EQ(bystander->reply().error_code, "bad-frame");
  for (const std::string& body :
       {std::string(), std::string("null"), std::string("{}"), std::string("17"), std::string("[1"), std::string("[,]"),
        std::string("[]]"), std::string("[] []"), std::string("[\"\xff\xfe\"]"), std::string("[\"\xed\xa0\x80\"]"),
        std::string("[1e999]"), std::string("[NaN]"), std::string("['a']"), std::string("[]\0", 3),
        std::string("\xef\xbb\xbf[]")}) {
    const HttpAnswer answer = say(body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_FALSE(problem_of(answer.body).detail.empty());
  }
  std::string many = "[0";
  for (int i = 0; i < 1000; ++i) many += ",0";
  EXPECT_EQ(say(many + "]").status, 400);
  std::string wide = R"([{"request":"echo","id":2,"data":[0)";
  while (wide.size() < 60'000) wide += ",0";
  EXPECT_EQ(reply_of(say(wide + "]}]").body).error_code, "");
  EXPECT_EQ(say(std::string(1024 * 1024 + 1, ' ')).status, 413);
  // A client that says what is no UTF-8 on a WebSocket is let go; the others stay.
  Talking broken(server.port(), kInBand);
  broken.say("{\"send\":\"\xff\"}");
  EXPECT_THROW(broken.reply(), std::exception);
  check_bystander();
}

TEST_F(HostileMessages, data_over_the_limit_is_refused) {
  const std::string fits = '"' + std::string(64 * 1024 - 2, 'x') + '"';
  EXPECT_EQ(reply_of(say('[' + request_frame(1, "echo", fits) + ']').body).data, fits);
  const std::string over = '"' + std::string(64 * 1024 - 1, 'x') + '"';
  EXPECT_EQ(reply_of(say('[' + request_frame(2, "echo", over) + ']').body).error_code, "too-large");
  EXPECT_EQ(server.stats().refused_messages, 1u);
  WebSocketPeer peer(server.port());
  peer.next(), peer.next();
  peer.say(request_frame(3, "echo", over));
  EXPECT_EQ(peer.next_frame().close_code(), 1009u);
  check_bystander();
}

TEST_F(HostileMessages, other_methods_and_media_types_are_refused) {
  const auto with_type = [&](const std::string& type) {
    HttpClient client(server.port());
    HttpFields fields{{kSession, session}, {"Content-Length", "2"}};
    if (!type.empty()) fields.emplace_back("Content-Type", type);
    client.socket().send(request_text("/pushwire/send", fields, "POST") + "[]");
    return client.answer().status;
  };
  for (const char* good : {"application/json", "Application/JSON", "application/json; charset=utf-8",
                           "application/json ;x", "application/vnd.example+json"}) {
    EXPECT_EQ(with_type(good), 200) << good;
  }
  for (const char* bad : {"", "text/plain", "text/plain;application/json", "application/x-www-form-urlencoded",
                          "multipart/form-data", "json", "application/jsonx", "application/+json", "text/x+json"}) {
    EXPECT_EQ(with_type(bad), 415) << bad;
  }
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE"}) {
    HttpClient client(server.port());
    client.ask("/pushwire/send", {{kSession, session}, {"Content-Length", "0"}}, method);
    const HttpAnswer answer = client.answer(std::string_view(method) == "HEAD");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(answer.field("Allow"), "POST");
  }
  EXPECT_EQ(post(server.port(), session, "[]", {{"Origin", "https://evil.example"}}).status, 403);
  EXPECT_EQ(post(server.port(), session, "[]", {{"Host", "evil.example"}}).status, 421);
  check_bystander();
}

TEST_F(HostileMessages, messages_that_wait_are_bounded_for_a_session) {
  HttpClient blocked(server.port());
  post(blocked, session, '[' + request_frame(1, "wait") + ']');
  ASSERT_TRUE(gate.holds(1));
  std::string batch = "[" + send_frame("count");
  for (int i = 1; i < 1000; ++i) batch += ',' + send_frame("count");
  EXPECT_EQ(say(batch + ']').body, "[]");
  const auto replies = replies_of(say(batch + ']').body);
  ASSERT_EQ(replies.size(), 1000u - 23u);
  EXPECT_EQ(replies.back().error_code, "too-many-pending");
  check_bystander();
  gate.open();
  ASSERT_TRUE(eventually([&] { return runs == 1023; }));
}

// --- floods ---

class MessageFlood : public HostileMessages {
 protected:
  MessageFlood() : HostileMessages(limits()) {}
  static Limits limits() {
    Limits limits;
    limits.messages_per_second = 10;
    limits.message_burst = 100;
    return limits;
  }
  static std::string batch(int count) {
    std::string frames = "[" + send_frame("count");
    for (int i = 1; i < count; ++i) frames += ',' + send_frame("count");
    return frames + ']';
  }
};

TEST_F(MessageFlood, is_refused_with_429_and_nothing_of_the_batch_is_taken) {
  EXPECT_EQ(say(batch(100)).status, 200);
  const HttpAnswer second = say(batch(100));
  EXPECT_EQ(second.status, 429);
  EXPECT_EQ(server.stats().refused_floods, 1u);
  EXPECT_GE(std::stoi(second.field("Retry-After")), 1);
  ASSERT_TRUE(eventually([&] { return runs == 100; }));
  check_bystander();
  EXPECT_EQ(runs, 100);
}

TEST_F(MessageFlood, on_a_websocket_is_told_and_ended) {
  Talking flooding(server.port(), kInBand);
  const std::string token = flooding.session();
  for (int i = 0; i < 300; ++i) {
    try {
      flooding.say(send_frame("count"));
    } catch (const std::exception&) {  // cut already
      break;
    }
  }
  EXPECT_EQ(flooding.reply().error_code, "too-many-requests");
  EXPECT_EQ(server.stats().refused_floods, 1u);
  const Item bye = flooding.next();
  EXPECT_EQ(bye.control + ' ' + bye.reason + ' ' + bye.reconnect, "bye policy resume");
  EXPECT_EQ(post(server.port(), token, batch(50)).status, 429) << "the session's, not the connection's";
  check_bystander();
}

}  // namespace
}  // namespace pushwire
