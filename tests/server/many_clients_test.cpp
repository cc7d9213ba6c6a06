// What many clients cost.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/event_source.hpp"
#include "server/eventually.hpp"
#include "server/process_figures.hpp"
#include "server/websocket_peer.hpp"

namespace pushwire {
namespace {

TEST(ManyClients, that_are_held_need_no_thread_and_keep_nobody_waiting) {
  allow_descriptors(4096);
  Server server{Options{}.stop_timeout(std::chrono::milliseconds(100))};
  const auto log = server.event<int>("log");
  server.start();
  const std::string cursor = polled(get(server.port(), "/pushwire/poll").body).cursor;
  const std::size_t before = threads();

  constexpr std::size_t kEach = 300;
  std::vector<EventSource> sources;
  std::vector<HttpClient> polls;
  for (std::size_t i = 0; i < kEach; ++i) {
    sources.emplace_back(server.port());
    polls.emplace_back(server.port());
    polls.back().ask("/pushwire/long-poll?after=" + cursor);
  }
  for (EventSource& source : sources) ASSERT_EQ(source.next().control, "hello");
  ASSERT_TRUE(eventually([&] { return server.stats().conversations.at("long-poll") == kEach; }));
  const Stats stats = server.stats();
  EXPECT_EQ(stats.conversations.at("sse"), kEach);
  EXPECT_EQ(stats.connections, 2 * kEach);
  EXPECT_EQ(threads(), before);
  EXPECT_EQ(get(server.port(), "/pushwire/negotiate").status, 200);

  log.emit(1);
  for (EventSource& source : sources) ASSERT_EQ(said({source.next_news()}), "log=1");
  for (HttpClient& poll : polls) ASSERT_EQ(said(polled(poll.answer().body).items), "log=1");
  EXPECT_EQ(threads(), before);
}

TEST(ManyClients, share_the_bytes_of_each_event_in_each_format) {
  allow_descriptors(4096);
  Server server{Options{}.stop_timeout(std::chrono::milliseconds(100))};
  const auto log = server.event<int>("log");
  server.start();
  constexpr std::size_t kSources = 200;
  constexpr std::size_t kPeers = 50;
  constexpr std::size_t kEvents = 100;
  std::vector<EventSource> sources;
  std::vector<WebSocketPeer> peers;
  for (std::size_t i = 0; i < kSources; ++i) sources.emplace_back(server.port());
  for (std::size_t i = 0; i < kPeers; ++i) peers.emplace_back(server.port());
  for (EventSource& source : sources) source.next(), source.next();
  for (WebSocketPeer& peer : peers) peer.next(), peer.next();
  for (std::size_t i = 0; i < kEvents; ++i) log.emit(static_cast<int>(i));
  for (std::size_t i = 0; i < kEvents; ++i) {
    for (EventSource& source : sources) ASSERT_EQ(source.next_news().data, std::to_string(i));
    for (WebSocketPeer& peer : peers) ASSERT_EQ(peer.next_news().data, std::to_string(i));
  }
  EXPECT_TRUE(eventually([&] { return server.stats().encodings >= 2 * kEvents; }));
  const Stats stats = server.stats();
  EXPECT_EQ(stats.encodings, 2 * kEvents);
  EXPECT_EQ(stats.deliveries, (kSources + kPeers) * kEvents);
  EXPECT_EQ(stats.events, kEvents);
  EXPECT_GT(stats.bytes_sent, stats.deliveries * 20);
}

TEST(ManyClients, that_only_watch_other_types_cost_an_event_nothing) {
  Server server;
  const auto log = server.event<int>("log");
  const auto other = server.event<int>("other");
  server.start();
  EventSource source(server.port(), "/pushwire/sse?events=log");
  source.next(), source.next();
  for (int i = 0; i < 1000; ++i) other.emit(i);
  log.emit(1);
  EXPECT_EQ(said({source.next_news()}), "log=1");
  EXPECT_TRUE(eventually([&] { return server.stats().encodings > 0; }));
  EXPECT_EQ(server.stats().encodings, 1u);
  EXPECT_EQ(server.stats().deliveries, 1u);
}

}  // namespace
}  // namespace pushwire
