// What clients hear when the server stops.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/event_source.hpp"
#include "server/websocket_peer.hpp"

namespace pushwire {
namespace {

// The clients here do not close when they are told to.
Options impatient() { return Options{}.stop_timeout(std::chrono::milliseconds(50)); }

TEST(Farewell, an_event_stream_hears_when_to_come_back_and_ends_whole) {
  Server server{impatient()};
  const auto log = server.event<int>("log");
  server.start();
  EventSource source(server.port());
  source.next(), source.next();
  log.emit(1);
  server.stop();
  EXPECT_EQ(said({source.next()}), "log=1");
  const Item bye = source.next();
  ASSERT_TRUE(bye.after_ms);
  EXPECT_EQ(bye.json, R"({"control":"bye","reason":"shutdown","reconnect":"resume","after_ms":)" +
                          std::to_string(*bye.after_ms) + "}");
  EXPECT_EQ(sequence_of(bye.id), 1u) << "the cursor must survive the goodbye";
  const std::string end =
      "retry: " + std::to_string(*bye.after_ms) + "\nevent: pushwire.bye\ndata: " + bye.json + "\n\n";
  EXPECT_EQ(source.text().substr(source.text().size() - end.size()), end);
  EXPECT_TRUE(source.ended());
}

TEST(Farewell, a_websocket_hears_bye_and_close_code_1012) {
  Server server{impatient()};
  const auto log = server.event<int>("log");
  server.start();
  WebSocketPeer peer(server.port());
  peer.next(), peer.next();
  log.emit(1);
  server.stop();
  EXPECT_EQ(said({peer.next()}), "log=1");
  const Item bye = peer.next();
  EXPECT_EQ(bye.control, "bye");
  EXPECT_EQ(bye.reason, "shutdown");
  EXPECT_EQ(bye.reconnect, "resume");
  EXPECT_TRUE(bye.after_ms);
  EXPECT_EQ(peer.next_frame().close_code(), 1012u);
  EXPECT_TRUE(peer.ended());
}

TEST(Farewell, clients_are_told_to_come_back_at_different_times) {
  Server server{impatient()};
  server.start();
  std::vector<EventSource> sources;
  for (int i = 0; i < 20; ++i) sources.emplace_back(server.port());
  for (EventSource& source : sources) source.next();
  server.stop();
  std::uint64_t least = UINT64_MAX;
  std::uint64_t most = 0;
  for (EventSource& source : sources) {
    Item item = source.next();
    while (item.control != "bye") item = source.next();
    least = std::min(least, *item.after_ms);
    most = std::max(most, *item.after_ms);
  }
  EXPECT_LT(least, most);
  EXPECT_LE(most, 10'100u);
}

TEST(Farewell, a_request_whose_head_is_unfinished_is_refused_with_503) {
  Server server{impatient()};
  server.start();
  HttpClient client(server.port());
  EXPECT_EQ(client.get("/pushwire/poll").status, 200);
  client.socket().send("GET /pushwire/poll HTTP/1.1\r\nHo");
  HttpClient other(server.port());
  EXPECT_EQ(other.get("/pushwire/poll").status, 200);  // so that the server has seen what was sent before
  server.stop();
  // Either the half was read, and is refused, or it was not, and the connection ends as an idle one.
  if (client.socket().receive()) {
    EXPECT_EQ(client.answer().status, 503);
  }
}

TEST(Farewell, an_idle_connection_just_ends) {
  Server server{impatient()};
  server.start();
  HttpClient client(server.port());
  EXPECT_EQ(client.get("/pushwire/poll").status, 200);
  server.stop();
  EXPECT_TRUE(client.ended());
}

TEST(Farewell, those_who_come_back_after_a_restart_read_on) {
  Server server{impatient()};
  const auto log = server.event<int>("log");
  server.start();
  std::string cursor;
  {
    EventSource source(server.port());
    source.next(), source.next();
    log.emit(1);
    cursor = source.next().id;
  }
  server.stop();
  log.emit(2);
  server.start();
  EventSource source(server.port(), "/pushwire/sse", {{"Last-Event-ID", cursor}});
  EXPECT_EQ(source.next().resume, "ok");
  EXPECT_EQ(said({source.next()}), "log=2");
}

}  // namespace
}  // namespace pushwire
