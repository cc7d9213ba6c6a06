// One client over all its connections: who needs a token, how it gets one, and how long the session lasts.
#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/eventually.hpp"
#include "server/gate.hpp"
#include "server/talking.hpp"

namespace pushwire {
namespace {

using std::chrono::milliseconds;

Options lease(std::chrono::milliseconds value) {
  return Options{}
      .heartbeat(std::chrono::seconds(300))
      .session_lease(value)
      .stop_timeout(milliseconds(50))
      .log(nullptr);
}

// What on_join and on_leave said, by the sessions' names.
class Presence {
 public:
  void watch(Server& server) {
    server.on_join([this](const Session& session) { add(joined_, session.id); });
    server.on_leave([this](const Session& session) { add(left_, session.id); });
  }
  std::vector<std::string> joined() const { return copy(joined_); }
  std::vector<std::string> left() const { return copy(left_); }

 private:
  void add(std::vector<std::string>& to, const std::string& id) {
    const std::lock_guard lock(mutex_);
    to.push_back(id);
  }
  std::vector<std::string> copy(const std::vector<std::string>& of) const {
    const std::lock_guard lock(mutex_);
    return of;
  }
  mutable std::mutex mutex_;
  std::vector<std::string> joined_, left_;
};

class Sessions : public testing::Test {
 protected:
  explicit Sessions(milliseconds value = std::chrono::minutes(1)) : server(lease(value)) {
    presence.watch(server);
    server.on("hello", [](const Message& message) { return message.session.id; });
    server.start();
  }
  HttpAnswer hello(const std::string& token, std::uint64_t id = 1) {
    return post(server.port(), token, '[' + request_frame(id, "hello") + ']');
  }
  Presence presence;
  Gate gate;
  Server server;
};

// The shortest lease that there is: what has gone may end at any time.
class SessionLeases : public Sessions {
 protected:
  SessionLeases() : Sessions(std::chrono::seconds(1)) {}
  std::string expired_session() {
    const std::string token = new_session(server.port());
    EXPECT_TRUE(eventually([&] { return server.sessions().empty(); }));
    return token;
  }
};

// --- who needs none ---

TEST_F(Sessions, plain_readers_have_none_and_cost_none) {
  const auto log = server.event<int>("log");
  EventSource source(server.port());
  WebSocketPeer peer(server.port());
  const Item hello = source.next();
  EXPECT_EQ(hello.session_state, "new");
  EXPECT_EQ(hello.session.size(), 43u);
  EXPECT_EQ(source.head().field(kSession), "");
  EXPECT_EQ(peer.next().session_state, "new");
  for (const char* path : {"/pushwire/poll", "/pushwire/long-poll", "/pushwire/negotiate"}) {
    const HttpAnswer answer = get(server.port(), path);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.field(kSession), "");
  }
  peer.say(R"({"control":"ping"})");
  peer.say(R"({"subscribe":["log"]})");
  while (peer.next().control != "subscribed") {
  }
  log.emit(1);
  EXPECT_EQ(peer.next_news().data, "1");
  EXPECT_TRUE(server.sessions().empty());
  EXPECT_EQ(server.stats().sessions, 0u);
  EXPECT_TRUE(presence.joined().empty());
}

TEST_F(Sessions, a_plain_websocket_gets_one_with_the_first_thing_that_it_says) {
  WebSocketPeer peer(server.port());
  peer.next(), peer.next();
  EXPECT_TRUE(server.sessions().empty());
  peer.say(request_frame(1, "hello"));
  const Item reply = peer.next();
  ASSERT_EQ(server.sessions().size(), 1u);
  EXPECT_EQ(reply.data, '"' + server.sessions()[0].id + '"');
  EXPECT_EQ(server.sessions()[0].transport, "websocket");
}

TEST_F(Sessions, a_plain_stream_becomes_the_sessions_whose_token_it_was_given) {
  const auto note = server.event<int>("note");
  EventSource source(server.port());
  const std::string token = source.next().session;
  const Item reply = reply_of(hello(token).body);
  ASSERT_EQ(server.sessions().size(), 1u);
  EXPECT_TRUE(server.sessions()[0].connected);
  EXPECT_EQ(server.sessions()[0].transport, "sse");
  server.to(server.sessions()[0]).emit(note, 5);
  EXPECT_EQ(said({source.next_news()}), "note=5");
  EXPECT_EQ(reply.data, '"' + server.sessions()[0].id + '"');
}

// --- how a client gets one ---

TEST_F(Sessions, polls_say_in_a_field_of_the_answer_what_the_token_is_unless_it_is_good) {
  std::size_t sessions = 0;
  for (const char* path : {"/pushwire/poll", "/pushwire/long-poll"}) {
    const HttpAnswer first = get(server.port(), path, {{kSession, "new"}});
    const std::string token = first.field(kSession);
    EXPECT_EQ(token.size(), 43u) << path;
    EXPECT_EQ(server.sessions().size(), sessions) << "it was not used yet";
    EXPECT_EQ(get(server.port(), path, {{kSession, token}}).field(kSession), "");
    EXPECT_EQ(server.sessions().size(), ++sessions);
    for (const std::string& bad : {token.substr(1), std::string("x"), std::string(43, 'A'), token + "A"}) {
      const std::string other = get(server.port(), path, {{kSession, bad}}).field(kSession);
      EXPECT_EQ(other.size(), 43u) << bad;
      EXPECT_NE(other, bad);
    }
    EXPECT_EQ(server.sessions().size(), sessions);
  }
}

TEST_F(Sessions, an_answer_that_nothing_is_new_says_it_as_well) {
  const HttpAnswer first = get(server.port(), "/pushwire/poll?after=earliest");
  const HttpAnswer second =
      get(server.port(), "/pushwire/poll?after=earliest", {{kSession, "new"}, {"If-None-Match", first.field("ETag")}});
  EXPECT_EQ(second.status, 304);
  EXPECT_EQ(second.field(kSession).size(), 43u);
}

TEST_F(Sessions, streams_say_it_in_hello_and_have_the_record_at_once_where_they_asked) {
  std::size_t sessions = 0;
  for (const Way& way : {kInBand, kSseAndPost}) {
    Talking first(server.port(), way);
    EXPECT_EQ(first.state(), "new") << way.name;
    EXPECT_EQ(server.sessions().size(), sessions + 1);
    TalkingOptions options;
    options.session = first.session();
    Talking second(server.port(), way, options);
    EXPECT_EQ(second.state(), "resumed");
    EXPECT_EQ(second.session(), first.session());
    EXPECT_EQ(server.sessions().size(), sessions + 1);
    options.session[0] = options.session[0] == 'A' ? 'B' : 'A';
    Talking forger(server.port(), way, options);
    EXPECT_EQ(forger.state(), "expired");
    EXPECT_NE(forger.session(), options.session);
    EXPECT_EQ(server.sessions().size(), sessions += 2);
  }
}

TEST_F(Sessions, server_sent_events_say_it_in_the_head_as_well) {
  EventSource asking(server.port(), "/pushwire/sse", {{kSession, "new"}});
  EXPECT_EQ(asking.head().field(kSession), asking.next().session);
  EventSource again(server.port(), "/pushwire/sse", {{kSession, asking.head().field(kSession)}});
  EXPECT_EQ(again.head().field(kSession), "");
  EXPECT_EQ(again.next().session_state, "resumed");
}

TEST_F(Sessions, hello_says_the_highest_number_that_the_session_has_used) {
  const std::string token = new_session(server.port());
  EventSource before(server.port(), "/pushwire/sse", {{kSession, token}});
  EXPECT_EQ(before.next().json.find("last_id"), std::string::npos);
  hello(token, 41), hello(token, 7);
  EventSource source(server.port(), "/pushwire/sse", {{kSession, token}});
  EXPECT_NE(source.next().json.find("\"last_id\":41"), std::string::npos);
  WebSocketPeer peer(server.port(), "/pushwire/websocket",
                     {{"Sec-WebSocket-Protocol", "pushwire.1, pushwire.session." + token}});
  EXPECT_NE(peer.next().json.find("\"last_id\":41"), std::string::npos);
}

TEST_F(SessionLeases, a_post_needs_one_and_says_which_is_new_where_it_has_expired) {
  EXPECT_EQ(hello("").status, 400);
  EXPECT_NE(problem_of(hello("").body).detail.find(kSession), std::string::npos);
  const std::string token = expired_session();
  const HttpAnswer refused = hello(token);
  EXPECT_EQ(refused.status, 410);
  EXPECT_EQ(refused.field(kSession).size(), 43u);
  EXPECT_NE(refused.field(kSession), token);
  EXPECT_TRUE(server.sessions().empty()) << "nothing was made for it yet";
  EXPECT_EQ(hello(refused.field(kSession)).status, 200);
  EXPECT_EQ(hello("new").status, 410);
}

TEST_F(SessionLeases, an_expired_token_is_told_by_every_transport) {
  const std::string token = expired_session();
  for (const Way& way : kWays) {
    TalkingOptions options;
    options.session = token;
    Talking client(server.port(), way, options);
    EXPECT_EQ(client.state(), "expired") << way.name;
    EXPECT_NE(client.session(), token) << way.name;
    client.ask("hello");
  }
}

// --- how long it lasts ---

// Three seconds: longer than a busy machine takes from one connection to the next.
class SessionSwitches : public Sessions {
 protected:
  SessionSwitches() : Sessions(std::chrono::seconds(3)) {}
};

TEST_F(SessionSwitches, join_once_and_leave_once_whatever_connections_come_and_go) {
  TalkingOptions options;
  std::unique_ptr<Talking> before;
  for (const Way& way : kWays) {
    auto client = std::make_unique<Talking>(server.port(), way, options);
    EXPECT_EQ(client->state(), before ? "resumed" : "new") << way.name;
    if (before) before->cut();
    client->ask("hello");
    options.session = client->session();
    options.after = client->cursor();
    before = std::move(client);
  }
  before->cut();
  before = std::make_unique<Talking>(server.port(), kInBand, options);  // a reload
  EXPECT_EQ(before->state(), "resumed");
  ASSERT_TRUE(eventually([&] { return presence.joined().size() == 1; }));
  EXPECT_TRUE(presence.left().empty());
  before->cut();
  ASSERT_TRUE(eventually([&] { return !server.sessions().at(0).connected; }));
  new_session(server.port());
  ASSERT_TRUE(eventually([&] { return presence.left().size() == 2; }));
  EXPECT_EQ(presence.left(), presence.joined());
}

TEST_F(SessionLeases, without_a_connection_end_with_the_lease_and_not_before) {
  Talking staying(server.port(), kSseAndPost);
  const std::string token = staying.session();
  const auto begun = std::chrono::steady_clock::now();
  const std::string going = new_session(server.port());
  ASSERT_TRUE(eventually([&] { return presence.left().size() == 1; }));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(800));
  EXPECT_EQ(hello(going).status, 410);
  EXPECT_EQ(hello(token).status, 200);
  EXPECT_EQ(presence.joined().size(), 2u);
  ASSERT_EQ(server.sessions().size(), 1u);
  EXPECT_NE(presence.left()[0], server.sessions()[0].id);
}

TEST_F(SessionLeases, a_message_that_is_being_handled_over_post_keeps_its_session) {
  const Opening opening(gate);
  server.on("wait", [&] { gate.pass(); });
  const std::string token = new_session(server.port());
  HttpClient client(server.port());
  post(client, token, '[' + request_frame(1, "wait") + ']');
  ASSERT_TRUE(gate.holds(1));
  const std::string other = new_session(server.port());
  ASSERT_TRUE(eventually([&] { return server.sessions().size() == 1; })) << "the other's lease has ended";
  EXPECT_EQ(hello(other).status, 410);
  gate.open();
  EXPECT_EQ(reply_of(client.answer().body).data, "null");
}

// --- how many ---

TEST(SessionLimit, the_longest_idle_goes_first_and_none_that_has_a_connection) {
  Limits limits;
  limits.sessions = 3;
  Presence presence;
  Server server{Options{}.limits(limits).stop_timeout(milliseconds(50)).log(nullptr)};
  presence.watch(server);
  server.start();
  const std::uint16_t port = server.port();
  Talking here(port, kInBand);
  const std::string first = new_session(port);
  const std::string second = new_session(port);
  const std::string third = new_session(port);
  EXPECT_EQ(server.sessions().size(), 3u);
  EXPECT_EQ(post(port, first, "[]").status, 410);
  EXPECT_EQ(post(port, second, "[]").status, 200);
  EXPECT_EQ(post(port, here.session(), "[]").status, 200);
  Talking fourth(port, kInBand), fifth(port, kSseAndPost);
  EXPECT_EQ(post(port, third, "[]").status, 410);
  // All that there may be are here.
  // A token of the moment in which one had to go may have been that one's: the next is of a later moment.
  HttpAnswer full;
  ASSERT_TRUE(eventually([&] {
    full = post(port, get(port, "/pushwire/poll", {{kSession, "new"}}).field(kSession), "[]");
    return full.status != 410;
  }));
  EXPECT_EQ(full.status, 503);
  EXPECT_NE(full.field("Retry-After"), "");
  WebSocketPeer plain(port);
  plain.next(), plain.next();
  plain.say(request_frame(1, "anything"));
  EXPECT_EQ(plain.next().error_code, "overloaded");
  EXPECT_EQ(server.stats().sessions, 3u);
  EXPECT_TRUE(eventually([&] { return presence.left().size() == 3; }));
}

}  // namespace
}  // namespace pushwire
