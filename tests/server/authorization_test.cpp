// Options::authorize: whom the host lets in, by what, and what a slow or a failing one costs.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/eventually.hpp"
#include "server/talking.hpp"
#include "server/users.hpp"

namespace pushwire {
namespace {

using std::chrono::milliseconds;

class Authorization : public testing::Test {
 protected:
  explicit Authorization(milliseconds authorize_timeout = milliseconds(10'000))
      : server(options(authorize_timeout)), opening(users.gate) {
    server.on("me", [](const Message& message) { return message.identity().name; });
    server.start();
  }
  Options options(milliseconds authorize_timeout) {
    Limits limits;
    limits.authorize_timeout = authorize_timeout;
    return Options{}
        .limits(limits)
        .authorize([this](const Request& request) {
          ++judged;
          return users.judge(request);
        })
        .heartbeat(std::chrono::seconds(300))
        .stop_timeout(milliseconds(50))
        .log([this](LogLevel level, std::string_view) {
          if (level == LogLevel::error) ++complaints;
        });
  }
  std::string name_of(const HttpFields& fields, const std::string& token) {
    return reply_of(post(server.port(), token, '[' + request_frame(++last_id, "me") + ']', fields).body).data;
  }

  Users users;
  std::atomic<int> judged{0}, complaints{0};
  std::uint64_t last_id = 0;
  Server server;
  Opening opening;
  EventType<int> log = server.event<int>("log");
};

TEST_F(Authorization, judges_by_fields_cookies_query_and_peer) {
  const HttpFields cookie{{"Cookie", "a=b; user=bob"}};
  EXPECT_EQ(name_of(as("ada"), new_session(server.port(), as("ada"))), "\"ada\"");
  EXPECT_EQ(name_of(cookie, new_session(server.port(), cookie)), "\"bob\"");
  EXPECT_EQ(users.peer(), "127.0.0.1");
  EventSource source(server.port(), "/pushwire/sse?user=ada", {{kSession, "new"}});
  source.next();
  ASSERT_FALSE(server.sessions().empty());
  EXPECT_EQ(server.sessions().back().identity.name, "ada");
  EXPECT_EQ(server.sessions().back().identity.roles, std::vector<std::string>{"operator"});
}

TEST_F(Authorization, judges_each_poll_also_those_that_come_again_word_for_word) {
  HttpClient client(server.port());
  const int before = judged;
  for (int i = 1; i <= 5; ++i) {
    ASSERT_EQ(client.get("/pushwire/poll?after=latest", as("ada")).status, 200);
    ASSERT_EQ(judged - before, i);
  }
}

TEST_F(Authorization, refuses_with_the_hosts_status_sentence_and_fields_and_keeps_the_connection) {
  HttpClient client(server.port());
  for (const char* path : {"/pushwire/poll", "/pushwire/long-poll", "/pushwire/sse", "/pushwire/negotiate"}) {
    const HttpAnswer unknown = client.get(path, as("mallory"));
    EXPECT_EQ(unknown.status, 401) << path;
    EXPECT_EQ(unknown.field("WWW-Authenticate"), "Basic realm=\"device\"");
    EXPECT_EQ(problem_of(unknown.body).detail, "log in first");
    const HttpAnswer banned = client.get(path, as("banned"));
    EXPECT_EQ(banned.status, 403);
    EXPECT_EQ(problem_of(banned.body).detail, "you are banned");
    const HttpAnswer crash = client.get(path, as("crash"));
    EXPECT_EQ(crash.status, 500);
    EXPECT_EQ(crash.body.find("secret"), std::string::npos);
    EXPECT_EQ(client.get(path, as("crash") /* again */).status, 500);
  }
  post(client, "", "[]", as("banned"));
  EXPECT_EQ(client.answer().status, 403);
  EXPECT_GE(complaints, 1);
  try {
    WebSocketPeer peer(server.port(), "/pushwire/websocket", as("banned"));
    FAIL();
  } catch (const std::exception& error) {
    EXPECT_NE(std::string(error.what()).find("403"), std::string::npos) << error.what();
  }
  EXPECT_EQ(server.stats().conversations["websocket"], 0u);
  EXPECT_TRUE(server.sessions().empty());
}

TEST_F(Authorization, is_asked_for_conversations_only) {
  server.add_asset({"/", "text/plain", "welcome"});
  EXPECT_EQ(get(server.port(), "/", as("banned")).status, 200);
  EXPECT_EQ(get(server.port(), "/pushwire/client.js", as("banned")).status, 200);
  EXPECT_EQ(get(server.port(), "/nothing", as("banned")).status, 404);
  EXPECT_EQ(get(server.port(), "/pushwire/poll", {{"Origin", "https://evil.example"}}).status, 403);
  EXPECT_EQ(get(server.port(), "/pushwire/poll", {{"Host", "evil.example"}}).status, 421);
  EXPECT_EQ(judged, 0);
}

TEST_F(Authorization, that_blocks_holds_up_nobody_who_is_there) {
  EventSource source(server.port(), "/pushwire/sse", as("ada"));
  WebSocketPeer peer(server.port(), "/pushwire/websocket", as("ada"));
  source.next(), source.next(), peer.next(), peer.next();
  std::vector<HttpClient> waiting;
  for (int i = 0; i < 20; ++i) {
    waiting.emplace_back(server.port());
    waiting.back().ask("/pushwire/poll", as("slow"));
  }
  ASSERT_TRUE(users.gate.holds(4)) << "all workers are at it";
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(log.emit(i), EmitStatus::ok);
    EXPECT_EQ(source.next_news().data, std::to_string(i));
    EXPECT_EQ(peer.next_news().data, std::to_string(i));
  }
  peer.say(R"({"control":"ping"})");
  EXPECT_EQ(peer.next().control, "ping");
  EXPECT_EQ(get(server.port(), "/pushwire/client.js").status, 200);
  users.gate.open();
  for (HttpClient& client : waiting) EXPECT_EQ(client.answer().status, 200);
}

TEST_F(Authorization, what_comes_behind_a_request_that_is_judged_is_served_in_order) {
  HttpClient client(server.port());
  client.ask("/pushwire/poll", as("slow"));
  client.ask("/pushwire/poll", as("banned"));
  client.ask("/pushwire/client.js");
  users.gate.open();
  EXPECT_EQ(client.answer().status, 200);
  EXPECT_EQ(client.answer().status, 403);
  EXPECT_EQ(client.answer().status, 200);
}

TEST_F(Authorization, of_clients_that_have_gone_meanwhile_is_for_nothing) {
  for (int i = 0; i < 50; ++i) {
    HttpClient client(server.port());
    client.ask("/pushwire/sse", as("slow"));
    ASSERT_TRUE(users.gate.holds(std::min(i + 1, 4)));
    client.socket().abort();
  }
  ASSERT_TRUE(eventually([&] { return server.stats().accepted == 50 && server.stats().connections == 0; }));
  const int before = judged;
  users.gate.open();
  EXPECT_EQ(get(server.port(), "/pushwire/poll", as("ada")).status, 200);
  EXPECT_LE(judged, before + 1) << "those that had gone are asked about";
  EXPECT_EQ(server.stats().conversations["sse"], 0u);
}

TEST_F(Authorization, of_a_server_that_ends_meanwhile_is_for_nothing) {
  HttpClient client(server.port());
  client.ask("/pushwire/poll", as("slow"));
  ASSERT_TRUE(users.gate.holds(1));
  EXPECT_TRUE(server.stop());
  EXPECT_EQ(client.answer().status, 503);
  server.start();
  EXPECT_EQ(get(server.port(), "/pushwire/poll", as("ada")).status, 200);
}

TEST_F(Authorization, ends_a_stream_when_what_it_said_holds_no_longer) {
  users.lasting(milliseconds(300));
  EventSource source(server.port(), "/pushwire/sse", as("ada"));
  WebSocketPeer peer(server.port(), "/pushwire/websocket", as("ada"));
  for (Item item = source.next();; item = source.next()) {
    if (item.control != "bye") continue;
    EXPECT_EQ(item.reason + ' ' + item.reconnect, "policy fresh");
    break;
  }
  EXPECT_TRUE(source.ended());
  EXPECT_EQ(peer.next_news().control, "bye");
  EXPECT_EQ(peer.next_frame().close_code(), 1008u);
  // A held answer ends as well; who was known until a moment ago has to show it anew.
  const std::string cursor = polled(get(server.port(), "/pushwire/poll", as("bob")).body).cursor;
  users.lasting(milliseconds(100));
  HttpClient held(server.port());
  held.ask("/pushwire/long-poll?wait_ms=60000&after=" + cursor, as("ada"));
  EXPECT_EQ(held.answer().status, 200);
  users.lasting(milliseconds(-1));
  EXPECT_EQ(get(server.port(), "/pushwire/poll", as("ada")).status, 401);
}

class HastyAuthorization : public Authorization {
 protected:
  HastyAuthorization() : Authorization(milliseconds(100)) {}
};

TEST_F(HastyAuthorization, that_takes_too_long_is_503) {
  HttpClient client(server.port());
  client.ask("/pushwire/poll", as("slow"));
  const HttpAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(problem_of(answer.body).detail.find("who asks"), std::string::npos);
  users.gate.open();
  EXPECT_TRUE(client.ended());
}

}  // namespace
}  // namespace pushwire
