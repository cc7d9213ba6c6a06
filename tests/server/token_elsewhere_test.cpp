// The token that a stream's hello brought is used by another connection.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "pushwire/pushwire.hpp"
#include "server/eventually.hpp"
#include "server/websocket_peer.hpp"

namespace pushwire {
namespace {

using std::chrono::milliseconds;

Identity by_cookie(const Request& request) {
  Identity who;
  who.name = request.cookie("name").value_or("");
  if (const auto role = request.cookie("role")) who.roles.emplace_back(*role);
  return who;
}

class TokenElsewhere : public testing::Test {
 protected:
  TokenElsewhere() {
    server.on("whoami", [](const Message& message) { return message.identity().name; });
    server.on("me", [this](const Message& message) { server.reauthorize(message.session); });
    server.on("all", [this] { server.reauthorize(); });
    server.start();
  }

  HttpAnswer post(const std::string& token, const std::string& frames, const std::string& cookies = {}) {
    HttpClient client(server.port());
    client.ask("/pushwire/send",
               {{"Pushwire-Session", token},
                {"Content-Type", "application/json"},
                {"Content-Length", std::to_string(frames.size())},
                {"Cookie", cookies}},
               "POST");
    client.socket().send(frames);
    return client.answer();
  }

  Server server{Options{}.session_lease(milliseconds(1000)).authorize(by_cookie)};
};

TEST_F(TokenElsewhere, a_stream_does_not_become_the_session_of_somebody_else) {
  const EventType<int> note = server.event<int>("note");
  WebSocketPeer peer(server.port(), "/pushwire/websocket", {{"Cookie", "name=ada"}});
  const std::string token = peer.next().session;
  EXPECT_EQ(peer.next().control, "live");
  EXPECT_NE(post(token, R"([{"request":"whoami","id":1}])", "name=bob").body.find(R"("data":"bob")"),
            std::string::npos);
  for (const Session& session : server.sessions()) server.to(session).emit(note, 1);
  const Item bye = peer.next();
  EXPECT_EQ(bye.control, "bye");
  EXPECT_EQ(bye.reconnect, "fresh");
}

TEST_F(TokenElsewhere, a_stream_does_not_get_the_rights_of_a_later_login) {
  WebSocketPeer peer(server.port(), "/pushwire/websocket", {{"Cookie", "name=ada"}});
  const std::string token = peer.next().session;
  EXPECT_EQ(peer.next().control, "live");
  EXPECT_EQ(post(token, R"([{"request":"whoami","id":1}])", "name=ada; role=operator").status, 200);
  EXPECT_EQ(peer.next().reconnect, "fresh");
}

TEST_F(TokenElsewhere, is_good_for_as_long_as_its_stream_is_open) {
  WebSocketPeer peer(server.port());
  const std::string token = peer.next().session;
  for (int leases = 0; leases < 2; ++leases) {  // another session shows that one has passed
    const auto poll = get(server.port(), "/pushwire/poll", {{"Pushwire-Session", "new"}});
    EXPECT_EQ(post(poll.field("Pushwire-Session"), "[]").status, 200);
    ASSERT_TRUE(eventually([&] { return server.sessions().empty(); }));
  }
  EXPECT_EQ(post(token, R"([{"request":"whoami","id":1}])").status, 200);
  EXPECT_EQ(server.sessions().size(), 1u);
}

TEST_F(TokenElsewhere, a_session_that_has_no_connection_is_reauthorized_too) {
  const EventType<int> log = server.event<int>("log");
  for (const std::string name : {"me", "all"}) {
    log.emit(1);
    const HttpAnswer poll = get(server.port(), "/pushwire/poll", {{"Pushwire-Session", "new"}});
    const std::string token = poll.field("Pushwire-Session");
    const PolledAnswer first = polled(poll.body);
    log.emit(2);
    EXPECT_EQ(post(token, R"([{"request":")" + name + R"(","id":1}])").status, 200);
    const HttpAnswer next = get(server.port(), "/pushwire/poll?after=" + first.cursor, {{"Pushwire-Session", token}});
    EXPECT_EQ(polled(next.body).resume, "reset") << name;
  }
}

}  // namespace
}  // namespace pushwire
