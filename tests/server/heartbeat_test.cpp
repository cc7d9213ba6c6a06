#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "pushwire/server.hpp"
#include "server/event_source.hpp"
#include "server/websocket_peer.hpp"

namespace pushwire {
namespace {

class Heartbeat : public testing::Test {
 protected:
  Heartbeat() { server.start(); }

  Server server{Options{}.heartbeat(std::chrono::seconds(1))};
  EventType<int> log = server.event<int>("log");
  EventType<int> other = server.event<int>("other");
};

TEST_F(Heartbeat, moves_the_cursor_of_those_who_hear_nothing_else) {
  EventSource source(server.port(), "/pushwire/sse?events=log");
  WebSocketPeer peer(server.port(), "/pushwire/websocket?events=log");
  source.next(), source.next();
  peer.next(), peer.next();
  for (int i = 0; i < 5; ++i) other.emit(i);
  const Item ping = source.next();
  EXPECT_EQ(ping.control, "ping");
  EXPECT_EQ(sequence_of(ping.cursor), 5u);
  EXPECT_EQ(ping.id, ping.cursor) << "for Last-Event-ID";
  EXPECT_EQ(peer.next().json, R"({"control":"ping","cursor":")" + ping.cursor + "\"}");
}

TEST_F(Heartbeat, goes_on_for_as_long_as_nothing_happens) {
  EventSource source(server.port());
  source.next(), source.next();
  EXPECT_EQ(source.next().control, "ping");
  EXPECT_EQ(source.next().control, "ping");
}

TEST(ShorterHeartbeat, comes_to_the_client_that_asks_for_it) {
  Server server{Options{}.heartbeat(std::chrono::seconds(300)).stop_timeout(std::chrono::milliseconds(50))};
  server.start();
  EventSource plain(server.port());
  EXPECT_NE(plain.next().json.find(R"("heartbeat_ms":300000,)"), std::string::npos);
  EXPECT_EQ(plain.next().control, "live");
  EventSource source(server.port(), "/pushwire/sse?heartbeat_ms=1500");
  WebSocketPeer peer(server.port(), "/pushwire/websocket?heartbeat_ms=1");
  EXPECT_NE(source.next().json.find(R"("heartbeat_ms":1000,)"), std::string::npos);
  EXPECT_NE(peer.next().json.find(R"("heartbeat_ms":1000,)"), std::string::npos);
  source.next(), peer.next();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(source.next().control, "ping");
    EXPECT_EQ(peer.next().control, "ping");
  }
  server.stop();
  EXPECT_EQ(plain.next().control, "bye") << "nobody else's stream is pinged more often";
}

}  // namespace
}  // namespace pushwire
