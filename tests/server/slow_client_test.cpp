// A client that does not read costs itself news, and nobody else anything.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pushwire/server.hpp"
#include "server/event_source.hpp"
#include "server/eventually.hpp"
#include "server/process_figures.hpp"
#include "server/websocket_peer.hpp"

namespace pushwire {
namespace {

constexpr int kSmallBuffer = 4096;
constexpr int kKept = 32;
constexpr std::size_t kPayload = 64 * 1024;
// 80 MB; a sanitizer makes the parser too slow for so much.
constexpr int kFlood = kSanitized ? 320 : 1280;

std::string numbered(int number) {
  std::string text = std::to_string(number);
  return text + std::string(kPayload - text.size(), '.');
}
int number_of(const Item& item) { return std::stoi(item.data.substr(1)); }
// Of a WebSocket frame, without parsing all of it: there are many.
int number_of(const ServerFrame& frame) {
  constexpr std::string_view kBefore = "\"data\":\"";
  const std::size_t at = frame.payload.find(kBefore);
  const bool whole = at < 200 && frame.payload.size() == at + kBefore.size() + kPayload + 2;
  return whole ? std::stoi(frame.payload.substr(at + kBefore.size(), 10)) : -1;
}

class SlowClient : public testing::Test {
 protected:
  void start(std::chrono::milliseconds slow_client_timeout) {
    Limits limits;
    limits.slow_client_timeout = slow_client_timeout;
    server = std::make_unique<Server>(Options{}.limits(limits).stop_timeout(std::chrono::milliseconds(50)));
    log = server->event<std::string>("log", history(kKept));
    server->start();
  }
  // A client that reads.
  std::unique_ptr<WebSocketPeer> quick_client() {
    auto peer = std::make_unique<WebSocketPeer>(server->port(), "/pushwire/websocket?events=log");
    peer->next(), peer->next();
    return peer;
  }
  // Emits as fast as it reads.
  void flood(WebSocketPeer& reader, int from, int to) {
    for (int number = from; number < to; number += kKept / 4) {
      for (int i = number; i < number + kKept / 4; ++i) log.emit(numbered(i));
      for (int i = number; i < number + kKept / 4; ++i) ASSERT_EQ(number_of(reader.next_frame()), i);
    }
  }

  std::unique_ptr<Server> server;
  EventType<std::string> log;
};

TEST_F(SlowClient, costs_a_bounded_amount_and_holds_up_nobody) {
  start(std::chrono::seconds(60));
  const auto reader = quick_client();
  std::vector<Socket> stalled;
  for (const char* target : {"/pushwire/sse", "/pushwire/sse?envelope=1", "/pushwire/websocket"}) {
    for (int i = 0; i < 5; ++i) {
      stalled.emplace_back(server->port(), kSmallBuffer);
      stalled.back().send(request_text(target, websocket_fields()));
    }
  }
  ASSERT_TRUE(eventually([&] { return server->stats().requests == stalled.size() + 1; }));
  flood(*reader, 0, kFlood / 4);
  const std::size_t before = resident_kib();
  flood(*reader, kFlood / 4, kFlood);
  if (!kSanitized) {
    EXPECT_LT(resident_kib(), before + 16 * 1024);
  }
  EXPECT_EQ(server->stats().connections, stalled.size() + 1);
  EXPECT_EQ(server->stats().too_slow, 0u);
  EXPECT_LE(server->stats().log_bytes, (kKept + 1) * (kPayload + 2));
}

template <class Client>
void resume_behind_a_flood(Client& slow, const std::function<void()>& flood, int last) {
  flood();
  int expected = 0;
  int gaps = 0;
  for (bool over = false; !over;) {
    const Item item = slow.next_news();
    if (item.control == "gap") {
      ++gaps;
      EXPECT_EQ(item.types, std::vector<std::string>{"log"});
      // Event n has the id n + 1.
      EXPECT_EQ(sequence_of(item.from), static_cast<std::uint64_t>(expected));
      expected = static_cast<int>(sequence_of(item.to));
      continue;
    }
    ASSERT_EQ(number_of(item), expected++);
    over = expected == last;
  }
  EXPECT_GE(gaps, 1);
}

TEST_F(SlowClient, reads_on_behind_a_gap_that_says_what_it_missed_on_an_event_stream) {
  start(std::chrono::seconds(60));
  const auto reader = quick_client();
  EventSource slow(server->port(), "/pushwire/sse", {}, "HTTP/1.1", kSmallBuffer);
  resume_behind_a_flood(
      slow, [&] { flood(*reader, 0, kFlood / 4); }, kFlood / 4);
}

TEST_F(SlowClient, reads_on_behind_a_gap_that_says_what_it_missed_on_a_websocket) {
  start(std::chrono::seconds(60));
  const auto reader = quick_client();
  WebSocketPeer slow(server->port(), "/pushwire/websocket", {}, kSmallBuffer);
  resume_behind_a_flood(
      slow, [&] { flood(*reader, 0, kFlood / 4); }, kFlood / 4);
}

TEST_F(SlowClient, skips_to_the_newest_value_of_a_state) {
  start(std::chrono::seconds(60));
  const auto state = server->event<std::string>("state", latest());
  EventSource slow(server->port(), "/pushwire/sse?events=state", {}, "HTTP/1.1", kSmallBuffer);
  WebSocketPeer reader(server->port(), "/pushwire/websocket?events=state");
  reader.next(), reader.next();
  constexpr int kValues = 300;
  for (int i = 0; i < kValues; ++i) {
    state.emit(numbered(i));
    while (number_of(reader.next_frame()) != i) {
    }
  }
  int heard = 0;
  int last = -1;
  while (last != kValues - 1) {
    const Item item = slow.next_news();
    ASSERT_EQ(item.event, "state");
    ASSERT_GT(number_of(item), last);
    last = number_of(item);
    ++heard;
  }
  EXPECT_LT(heard, kValues);
  EXPECT_EQ(server->stats().gaps, 0u);
}

TEST_F(SlowClient, that_takes_no_byte_for_too_long_is_closed) {
  start(std::chrono::milliseconds(300));
  const auto reader = quick_client();
  Socket sse(server->port(), kSmallBuffer);
  sse.send(request_text("/pushwire/sse"));
  Socket websocket(server->port(), kSmallBuffer);
  websocket.send(request_text("/pushwire/websocket", websocket_fields()));
  ASSERT_TRUE(eventually([&] { return server->stats().requests == 3; }));
  // Above what the kernel holds for a socket.
  flood(*reader, 0, 160);
  EXPECT_TRUE(eventually([&] { return server->stats().too_slow == 2; }));
  EXPECT_TRUE(eventually([&] { return server->stats().connections == 1; }));
  flood(*reader, 160, 168);
}

TEST_F(SlowClient, that_does_not_take_a_large_answer_is_closed) {
  start(std::chrono::milliseconds(300));
  const auto door = server->event<std::string>("door", latest_by_key());
  for (int i = 0; i < 130; ++i) door.emit(std::to_string(i), numbered(i));
  Socket poll(server->port(), kSmallBuffer);
  poll.send(request_text("/pushwire/poll"));
  EXPECT_TRUE(eventually([&] { return server->stats().too_slow == 1; }));
  EXPECT_EQ(get(server->port(), "/pushwire/negotiate").status, 200);
}

// The kernel would take megabytes for a client, and say so only once a third of them is gone: to the server a slow
// client would then look like one that takes nothing, and the states it is sent would be old when they arrive.
TEST_F(SlowClient, that_takes_a_little_is_seen_to_take_it) {
  start(std::chrono::seconds(60));
  const std::string large(20'000'000, 'x');
  server->add_asset({"/large", "text/plain", large});
  Socket slow(server->port(), kSmallBuffer);
  slow.send(request_text("/large"));
  // Until the server stops sending, as far as one can tell; the claim holds wherever it has stopped.
  std::uint64_t sent = 0;
  ASSERT_TRUE(eventually([&] {
    const std::uint64_t before = std::exchange(sent, server->stats().bytes_sent);
    return sent > 0 && sent == before;
  }));
  EXPECT_LT(sent, 1024 * 1024u);
  for (std::size_t taken = 0; taken < 512 * 1024; taken += slow.buffer().size()) {
    slow.buffer().clear();
    ASSERT_TRUE(slow.receive());
  }
  EXPECT_TRUE(eventually([&] { return server->stats().bytes_sent > sent; }));
}

}  // namespace
}  // namespace pushwire
