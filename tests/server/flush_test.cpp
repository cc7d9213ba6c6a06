#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "pushwire/server.hpp"
#include "server/eventually.hpp"
#include "server/websocket_peer.hpp"

namespace pushwire {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Flush, events_around_it_are_not_gathered_and_have_been_delivered_behind_it) {
  Server server;
  const auto counter = server.event<int>("counter", history(1000));
  server.start();
  WebSocketPeer peer(server.port());
  ASSERT_TRUE(eventually([&] { return server.stats().conversations["websocket"] == 1; }));
  ASSERT_TRUE(server.flush(seconds(20)));
  for (int i = 1; i <= 100; ++i) {
    counter.emit(i);
    ASSERT_TRUE(server.flush(seconds(20)));
    ASSERT_EQ(server.stats().deliveries, static_cast<std::uint64_t>(i));
  }
}

TEST(Flush, nobody_that_does_not_read_is_waited_for) {
  Server server;
  const auto blob = server.event<std::string>("blob", history(10));
  server.start();
  WebSocketPeer peer(server.port());  // reads nothing
  ASSERT_TRUE(eventually([&] { return server.stats().conversations["websocket"] == 1; }));
  const std::string large(1'000'000, 'x');
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(blob.emit(large), EmitStatus::ok);
    ASSERT_TRUE(server.flush(seconds(20)));
  }
}

TEST(Flush, is_false_where_nothing_runs) {
  Server server;
  EXPECT_FALSE(server.flush(seconds(20)));
  server.start();
  EXPECT_TRUE(server.flush(seconds(20)));
  server.stop();
  EXPECT_FALSE(server.flush(seconds(20)));
}

TEST(Flush, a_stop_ends_the_wait) {
  Server server{Options{}.stop_timeout(milliseconds(10))};
  for (int i = 0; i < 20; ++i) {
    server.start();
    std::thread stopper([&] { server.stop(); });
    while (server.flush(seconds(20))) {
    }
    stopper.join();
  }
}

}  // namespace
}  // namespace pushwire
