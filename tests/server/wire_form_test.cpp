// The exact bytes of docs/protocol.md, seen from a client.
#include <gtest/gtest.h>

#include <string>

#include "pushwire/server.hpp"
#include "server/event_source.hpp"
#include "server/http_client.hpp"
#include "server/websocket_peer.hpp"

namespace pushwire {
namespace {

class WireForm : public testing::Test {
 protected:
  WireForm() { server.start(); }

  std::string cursor(std::uint64_t sequence) {
    if (epoch_.empty()) epoch_ = epoch_of(polled(get(server.port(), "/pushwire/poll").body).cursor);
    return epoch_ + "-" + std::to_string(sequence);
  }

  Server server{Options{}.heartbeat(std::chrono::seconds(20))};
  EventType<double> temperature = server.event<double>("temperature", latest());
  EventType<std::string> door = server.event<std::string>("door", latest_by_key());
  EventType<std::string> log = server.event<std::string>("log", history(2));

 private:
  std::string epoch_;
};

TEST_F(WireForm, of_a_poll) {
  temperature.emit(21.5);
  door.emit("front", "open");
  EXPECT_EQ(get(server.port(), "/pushwire/poll").body,
            R"({"resume":"new","events":[{"id":")" + cursor(1) +
                R"(","event":"temperature","snapshot":true,"data":21.5},)" + R"({"id":")" + cursor(2) +
                R"(","event":"door","key":"front","snapshot":true,"data":"open"}],"cursor":")" + cursor(2) + "\"}");
  door.erase("front");
  EXPECT_EQ(get(server.port(), "/pushwire/poll?after=" + cursor(2)).body,
            R"({"resume":"ok","events":[{"id":")" + cursor(3) +
                R"(","event":"door","key":"front","removed":true}],"cursor":")" + cursor(3) + "\"}");
  EXPECT_EQ(get(server.port(), "/pushwire/poll?after=" + cursor(3)).body,
            R"({"resume":"ok","events":[],"cursor":")" + cursor(3) + "\"}");
}

TEST_F(WireForm, of_a_gap_and_a_reset_in_a_poll) {
  for (const char* text : {"a", "b", "c"}) log.emit(text);
  const std::string kept = R"({"id":")" + cursor(2) + R"(","event":"log","data":"b"},{"id":")" + cursor(3) +
                           R"(","event":"log","data":"c"}],"cursor":")" + cursor(3) + "\"}";
  EXPECT_EQ(get(server.port(), "/pushwire/poll?after=" + cursor(0)).body,
            R"({"resume":"gap","events":[{"control":"gap","types":["log"],"from":")" + cursor(0) + R"(","to":")" +
                cursor(1) + "\"}," + kept);
  EXPECT_EQ(get(server.port(), "/pushwire/poll?after=00000000-7").body,
            R"({"resume":"reset","events":[{"control":"reset","cursor":")" + cursor(0) + "\"}," + kept);
}

TEST_F(WireForm, of_the_answer_to_a_poll) {
  const HttpAnswer answer = get(server.port(), "/pushwire/poll");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("Content-Type"), "application/json");
  EXPECT_EQ(answer.field("Cache-Control"), "no-cache, no-store, no-transform");
  EXPECT_EQ(answer.field("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(answer.field("ETag").substr(0, 3), "W/\"");
  EXPECT_EQ(answer.field("Access-Control-Allow-Origin"), "");
}

TEST_F(WireForm, of_an_event_stream) {
  temperature.emit(21.5);
  EventSource source(server.port());
  EXPECT_EQ(source.head().status, 200);
  EXPECT_EQ(source.head().field("Content-Type"), "text/event-stream");
  EXPECT_EQ(source.head().field("Cache-Control"), "no-cache, no-store, no-transform");
  EXPECT_EQ(source.head().field("X-Accel-Buffering"), "no");
  const Item hello = source.next();
  source.next(), source.next();
  log.emit("two\nlines");
  log.emit("b");
  source.next(), source.next();
  const std::string begin = ": pushwire\nretry: 2000\nevent: pushwire.hello\ndata: ";
  const std::string rest = "\n\nevent: temperature\ndata: 21.5\n\nid: " + cursor(1) +
                           "\nevent: pushwire.live\ndata: {\"control\":\"live\",\"cursor\":\"" + cursor(1) +
                           "\"}\n\nid: " + cursor(2) + "\nevent: log\ndata: \"two\\nlines\"\n\nid: " + cursor(3) +
                           "\nevent: log\ndata: \"b\"\n\n";
  EXPECT_EQ(source.text(), begin + hello.json + rest);
}

TEST_F(WireForm, of_an_event_stream_in_envelopes_with_times) {
  EventSource source(server.port(), "/pushwire/sse?envelope=1&at=1&after=latest");
  source.next(), source.next();
  door.emit("front", "open");
  const Item item = item_of(std::string_view(source.next_message().data));
  ASSERT_TRUE(item.at);
  EXPECT_EQ(item.json, R"({"id":")" + cursor(1) + R"(","event":"door","key":"front","at":)" + std::to_string(*item.at) +
                           R"(,"data":"open"})");
}

TEST_F(WireForm, of_hello_to_a_newcomer) {
  temperature.emit(1);
  WebSocketPeer peer(server.port());
  const Item hello = peer.next();
  EXPECT_EQ(hello.json, R"({"control":"hello","protocol":1,"session":")" + hello.session +
                            R"(","session_state":"new","resume":"new","heartbeat_ms":20000,)" +
                            R"("transports":["websocket","sse","long-poll","poll"]})");
  EXPECT_EQ(hello.session.size(), 43u);
}

TEST_F(WireForm, of_hello_to_one_who_resumes) {
  const std::string session = WebSocketPeer(server.port()).next().session;
  log.emit("a");
  const HttpFields fields{{"Sec-WebSocket-Protocol", "pushwire.1, pushwire.session." + session}};
  WebSocketPeer peer(server.port(), "/pushwire/websocket?after=" + cursor(1), fields);
  EXPECT_EQ(peer.head().field("Sec-WebSocket-Protocol"), "pushwire.1");
  EXPECT_EQ(peer.next().json, R"({"control":"hello","protocol":1,"session":")" + session +
                                  R"(","session_state":"resumed","cursor":")" + cursor(1) +
                                  R"(","resume":"ok","heartbeat_ms":20000,)" +
                                  R"("transports":["websocket","sse","long-poll","poll"]})");
  std::string forged = session;
  forged[5] = forged[5] == 'A' ? 'B' : 'A';
  EventSource source(server.port(), "/pushwire/sse", {{"Pushwire-Session", forged}});
  const Item hello = source.next();
  EXPECT_EQ(hello.session_state, "expired");
  EXPECT_NE(hello.session, forged);
}

TEST_F(WireForm, of_websocket_frames) {
  WebSocketPeer peer(server.port(), "/pushwire/websocket?after=latest");
  peer.next();
  EXPECT_EQ(peer.next().json, R"({"control":"live","cursor":")" + cursor(0) + "\"}");
  log.emit("a");
  EXPECT_EQ(peer.next().json, R"({"id":")" + cursor(1) + R"(","event":"log","data":"a"})");
  const auto bytes = server.event<std::vector<std::uint8_t>>("bytes");
  bytes.emit({0, 10, 255});
  const ServerFrame frame = peer.next_frame();
  EXPECT_EQ(frame.opcode, kBinary);
  EXPECT_EQ(frame.payload, R"({"id":")" + cursor(2) + R"(","event":"bytes"})" + "\n" + std::string("\0\n\xFF", 3));
}

TEST_F(WireForm, of_negotiation) {
  log.emit("a");
  const HttpAnswer answer = get(server.port(), "/pushwire/negotiate");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("Content-Type"), "application/json");
  EXPECT_EQ(answer.field("Cache-Control"), "no-cache, no-store, no-transform");
  const Item offer = item_of(std::string_view(answer.body));
  EXPECT_EQ(
      answer.body,
      R"({"protocol":1,"session":")" + offer.session + R"(","cursor":")" + cursor(1) +
          R"(","heartbeat_ms":20000,"transports":[{"name":"websocket","path":"websocket"},)" +
          R"({"name":"sse","path":"sse"},{"name":"long-poll","path":"long-poll"},{"name":"poll","path":"poll"}],)" +
          R"("limits":{"message_bytes":65536}})");
  const HttpAnswer again = get(server.port(), "/pushwire/negotiate", {{"Pushwire-Session", offer.session}});
  EXPECT_EQ(item_of(std::string_view(again.body)).session, offer.session);
}

TEST(Negotiation, offers_only_what_is_switched_on_under_the_base_path) {
  Server server{Options{}.without("websocket").without("sse").base_path("/live/feed")};
  server.start();
  const std::string body = get(server.port(), "/live/feed/negotiate").body;
  EXPECT_NE(body.find(R"("transports":[{"name":"long-poll","path":"long-poll"},{"name":"poll","path":"poll"}])"),
            std::string::npos)
      << body;
  EXPECT_EQ(get(server.port(), "/live/feed/sse").status, 404);
  EXPECT_EQ(get(server.port(), "/live/feed/poll").status, 200);
  EXPECT_EQ(get(server.port(), "/pushwire/poll").status, 404);
}

}  // namespace
}  // namespace pushwire
