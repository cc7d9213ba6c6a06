#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/eventually.hpp"
#include "server/websocket_peer.hpp"

namespace pushwire {
namespace {

class WebSocket : public testing::Test {
 protected:
  WebSocket() { server.start(); }
  bool open(std::size_t count) {
    return eventually([&] { return server.stats().conversations.at("websocket") == count; });
  }

  Server server;
  EventType<int> log = server.event<int>("log");
  EventType<int> state = server.event<int>("state", latest());
};

TEST_F(WebSocket, a_subscription_is_replaced_and_confirmed_in_the_stream) {
  state.emit(1);
  WebSocketPeer peer(server.port(), "/pushwire/websocket?events=log");
  peer.next(), peer.next();
  log.emit(2);
  EXPECT_EQ(said({peer.next()}), "log=2");
  peer.say(R"({"subscribe":["state","sensor.*"],"fresh":["state"]})");
  const Item subscribed = peer.next();
  EXPECT_EQ(subscribed.control, "subscribed");
  EXPECT_EQ(subscribed.events, (std::vector<std::string>{"sensor.*", "state"}));
  EXPECT_EQ(sequence_of(subscribed.cursor), 2u);
  const Item fresh = peer.next();
  EXPECT_EQ(said({fresh}), "state=1");
  EXPECT_TRUE(fresh.snapshot);
  EXPECT_EQ(peer.next().control, "live");
  log.emit(3);
  state.emit(4);
  EXPECT_EQ(said({peer.next_news()}), "state=4");
}

TEST_F(WebSocket, a_subscription_to_everything_is_a_star) {
  WebSocketPeer peer(server.port(), "/pushwire/websocket?events=state");
  peer.next(), peer.next();
  peer.say(R"({"subscribe":["*"]})");
  EXPECT_EQ(peer.next().events, std::vector<std::string>{"*"});
  log.emit(1);
  EXPECT_EQ(said({peer.next()}), "log=1");
}

TEST_F(WebSocket, a_ping_of_the_client_is_answered_with_the_cursor) {
  WebSocketPeer peer(server.port(), "/pushwire/websocket?events=state");
  peer.next(), peer.next();
  state.emit(1);
  EXPECT_EQ(said({peer.next()}), "state=1");
  peer.say(R"({"control":"ping"})");
  const Item ping = peer.next();
  EXPECT_EQ(ping.control, "ping");
  EXPECT_EQ(sequence_of(ping.cursor), 1u);
  peer.send(kPing, "payload");
  const ServerFrame pong = peer.next_frame();
  EXPECT_EQ(pong.opcode, kPong);
  EXPECT_EQ(pong.payload, "payload");
}

TEST_F(WebSocket, a_request_that_nobody_handles_is_answered_with_an_error) {
  WebSocketPeer peer(server.port());
  peer.next(), peer.next();
  peer.say(R"({"request":"setpoint","id":7,"data":21.5})");
  const Item reply = peer.next();
  EXPECT_EQ(reply.reply, 7u);
  EXPECT_EQ(reply.error_code, "unknown-name");
  EXPECT_NE(reply.error_message.find("\"setpoint\""), std::string::npos) << reply.error_message;
}

TEST_F(WebSocket, a_frame_that_cannot_be_used_is_answered_and_the_stream_goes_on) {
  WebSocketPeer peer(server.port());
  peer.next(), peer.next();
  for (const char* frame :
       {"", "{", "[]", "7", R"({"subscribe":"log"})", R"({"subscribe":[]})", R"({"subscribe":[""]})",
        R"({"subscribe":["a*"]})", R"({"request":"x"})", R"({"request":7,"id":1})", R"({"what":1})", R"({"ack":-1})"}) {
    peer.say(frame);
    const Item reply = peer.next();
    EXPECT_EQ(reply.error_code, "bad-frame") << frame;
    EXPECT_FALSE(reply.error_message.empty()) << frame;
  }
  peer.say(std::string(10'000, '['));
  EXPECT_EQ(peer.next().error_code, "bad-frame");
  log.emit(1);
  EXPECT_EQ(said({peer.next()}), "log=1");
}

TEST_F(WebSocket, frames_behind_the_handshake_in_one_packet_are_heard) {
  Socket socket(server.port());
  socket.send(request_text("/pushwire/websocket", websocket_fields()) + masked_frame(kFin | kPing, "at once"));
  EXPECT_EQ(read_head(socket).status, 101);
  while (socket.buffer().find("at once") == std::string::npos) ASSERT_TRUE(socket.receive());
}

TEST_F(WebSocket, a_frame_may_come_a_byte_at_a_time_while_events_go_out) {
  WebSocketPeer peer(server.port());
  peer.next(), peer.next();
  int emitted = 0;
  for (const char byte : masked_frame(kFin | kPing, "slow")) {
    log.emit(++emitted);
    peer.socket().send(std::string_view(&byte, 1));
  }
  int heard = 0;
  bool ponged = false;
  while (heard < emitted || !ponged) {
    const ServerFrame frame = peer.next_frame();
    if (frame.opcode == kPong) ponged = true;
    else ASSERT_EQ(item_of(std::string_view(frame.payload)).data, std::to_string(++heard));
  }
}

TEST_F(WebSocket, the_clients_close_is_echoed_and_the_connection_ends) {
  WebSocketPeer peer(server.port());
  peer.next(), peer.next();
  ASSERT_TRUE(open(1));
  peer.send(kClose, close_payload(1000, "done"));
  const ServerFrame close = peer.next_frame();
  EXPECT_EQ(close.opcode, kClose);
  EXPECT_EQ(close.close_code(), 1000u);
  EXPECT_TRUE(peer.ended());
  EXPECT_TRUE(open(0));
}

TEST_F(WebSocket, a_client_that_vanishes_is_forgotten) {
  WebSocketPeer orderly(server.port());
  WebSocketPeer rude(server.port());
  orderly.next(), rude.next();
  ASSERT_TRUE(open(2));
  orderly.socket().close();
  rude.socket().abort();
  EXPECT_TRUE(open(0));
  EXPECT_TRUE(eventually([&] { return server.stats().connections == 0; }));
}

TEST_F(WebSocket, what_breaks_the_framing_ends_that_client_alone) {
  WebSocketPeer bystander(server.port());
  bystander.next(), bystander.next();
  struct Case {
    std::string bytes;
    unsigned code;
  };
  const std::string huge = bytes({0x81, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4});
  for (const Case& broken :
       {Case{bytes({0x81, 0x01, 'x'}), 1002},  // unmasked
        Case{masked_frame(0xC1, "reserved bit"), 1002}, Case{masked_frame(kFin | kText, "\xFF"), 1007},
        Case{masked_frame(kFin | kText, std::string(65537, ' ')), 1009}, Case{huge, 1009}}) {
    WebSocketPeer peer(server.port());
    peer.next(), peer.next();
    peer.socket().send(broken.bytes);
    EXPECT_EQ(peer.next_frame().close_code(), broken.code);
    EXPECT_TRUE(peer.ended());
  }
  log.emit(1);
  EXPECT_EQ(said({bystander.next()}), "log=1");
}

TEST_F(WebSocket, a_flood_of_pings_is_answered_as_far_as_the_client_reads) {
  WebSocketPeer peer(server.port());
  peer.next(), peer.next();
  const std::string ping = masked_frame(kFin | kPing, std::string(100, 'p'));
  std::string flood;
  for (int i = 0; i < 1000; ++i) flood += ping;
  std::size_t answered = 0;
  for (int i = 0; i < 20; ++i) {
    peer.socket().send(flood);
    for (int pong = 0; pong < 1000; ++pong) {
      ASSERT_EQ(peer.next_frame().opcode, kPong);
      ++answered;
    }
  }
  EXPECT_EQ(answered, 20'000u);
}

}  // namespace
}  // namespace pushwire
