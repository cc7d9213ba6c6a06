// Options::dispatch_in_poll: the host's code runs inside Server::poll(), which a descriptor calls for.
#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <thread>

#include "pushwire/server.hpp"
#include "server/eventually.hpp"
#include "server/message_order.hpp"
#include "server/talking.hpp"

namespace pushwire {
namespace {

using std::chrono::milliseconds;

Options quick() { return Options{}.heartbeat(std::chrono::seconds(300)).stop_timeout(milliseconds(50)).log(nullptr); }

class InPoll : public testing::Test {
 protected:
  InPoll() {
    server->on("echo", [this](int value) { return on_this_thread(), value; });
  }
  void on_this_thread() { EXPECT_EQ(std::this_thread::get_id(), thread); }
  bool due() {
    pollfd descriptor{server->notify_fd(), POLLIN, 0};
    return ::poll(&descriptor, 1, static_cast<int>(milliseconds(kDeadline).count())) == 1;
  }
  template <class Condition>
  void poll_until(Condition condition) {
    while (!condition()) {
      ASSERT_TRUE(due());
      server->poll();
    }
  }
  bool due_now() {
    pollfd descriptor{server->notify_fd(), POLLIN, 0};
    return ::poll(&descriptor, 1, 0) == 1;
  }

  const std::thread::id thread = std::this_thread::get_id();
  std::unique_ptr<Server> server =
      std::make_unique<Server>(quick().dispatch_in_poll().session_lease(std::chrono::seconds(1)));
};

TEST_F(InPoll, runs_what_is_due_when_the_descriptor_says_so) {
  EXPECT_EQ(server->poll(), 0u);
  EXPECT_FALSE(due_now());
  server->start();
  Talking client(server->port(), kInBand);
  client.say(request_frame(1, "echo", "5"));
  ASSERT_TRUE(due());
  EXPECT_EQ(server->poll(), 1u);
  EXPECT_EQ(client.reply().data, "5");
  EXPECT_FALSE(due_now());
  EXPECT_EQ(server->poll(), 0u);
  client.say(request_frame(2, "echo", "6"));
  ASSERT_TRUE(due());
  EXPECT_TRUE(server->stop()) << "it is due";
  EXPECT_EQ(server->poll(), 1u);
  EXPECT_FALSE(server->stop());
}

TEST_F(InPoll, runs_callbacks_too) {
  const auto log = server->event<int>("log");
  int watched = 0, joined = 0, left = 0;
  log.on_watch([&](bool) { on_this_thread(), ++watched; });
  server->on_join([&](const Session&) { on_this_thread(), ++joined; });
  server->on_leave([&](const Session&) { on_this_thread(), ++left; });
  server->start();
  {
    Talking client(server->port(), kInBand);
    client.say(request_frame(1, "echo", "1"));
    poll_until([&] { return watched == 1 && joined == 1; });
  }
  poll_until([&] { return watched == 2 && left == 1; });
  EXPECT_EQ(watched, 2);
  EXPECT_EQ(joined, 1);
  EXPECT_EQ(left, 1);
}

TEST_F(InPoll, keeps_the_order_of_each_session) {
  server->start();
  std::atomic<bool> ended{false};
  auto clients = std::async(std::launch::async, [&] { check_order(*server, 3), ended = true; });
  ASSERT_TRUE(eventually([&] { return server->poll(), ended.load(); }));
  clients.get();
}

TEST_F(InPoll, a_handler_may_poll_for_what_was_due_with_it) {
  int done = 0;
  server->on("nested", [&] {
    poll_until([&] { return done == 1; });
    ++done;
  });
  server->on("inner", [&](int value) { return ++done, value; });
  server->start();
  HttpClient client(server->port()), other(server->port());
  post(client, new_session(server->port()), '[' + request_frame(1, "nested") + ']');
  EXPECT_EQ(read_head(client.socket()).status, 200);
  post(other, new_session(server->port()), '[' + request_frame(1, "inner", "1") + ']');
  EXPECT_EQ(read_head(other.socket()).status, 200) << "both are due";
  EXPECT_EQ(server->poll(), 1u);
  EXPECT_EQ(done, 2);
  EXPECT_EQ(reply_of(rest_of_body(client)).data, "null");
  EXPECT_EQ(reply_of(rest_of_body(other)).data, "1");
}

TEST_F(InPoll, a_handler_may_destroy_the_server) {
  int runs = 0;
  const auto held = std::make_shared<int>(0);
  server->on("end", [&, held] { server.reset(); });
  server->on("count", [&] { ++runs; });
  server->start();
  Talking client(server->port(), kInBand), other(server->port(), kInBand);
  client.say(request_frame(1, "end"));
  client.say(request_frame(2, "count"));
  ASSERT_TRUE(due());
  other.say(request_frame(1, "count"));
  while (server) server->poll();
  EXPECT_LE(runs, 1);
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(InPoll, what_is_not_polled_ends_with_the_server) {
  const auto held = std::make_shared<int>(0);
  server->on("count", [held] { FAIL(); });
  server->start();
  Talking client(server->port(), kInBand);
  for (std::uint64_t id = 1; id <= 5; ++id) client.say(request_frame(id, "count"));
  ASSERT_TRUE(due());
  server.reset();
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(InPoll, authorize_runs_elsewhere) {
  std::atomic<bool> elsewhere{false};
  Server other{quick().dispatch_in_poll().authorize([&](const Request&) {
    elsewhere = std::this_thread::get_id() != thread;
    return Identity{};
  })};
  other.start();
  EXPECT_EQ(get(other.port(), "/pushwire/poll").status, 200);
  EXPECT_TRUE(elsewhere);
}

}  // namespace
}  // namespace pushwire
