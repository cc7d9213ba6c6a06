#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pushwire/server.hpp"
#include "server/event_source.hpp"
#include "server/eventually.hpp"
#include "server/fixed_port.hpp"
#include "server/process_figures.hpp"
#include "server/websocket_peer.hpp"

namespace pushwire {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(Lifecycle, two_hundred_restarts_on_one_port_leak_nothing_and_end_in_time) {
  constexpr int kRestarts = kSanitized ? 50 : 200;
  Server server{Options{}.port(fixed_port()).stop_timeout(milliseconds(10))};
  const auto log = server.event<int>("log");
  server.start();
  const std::uint16_t port = server.port();
  server.stop();
  const std::size_t before = descriptors();
  for (int i = 0; i < kRestarts; ++i) {
    server.start();
    ASSERT_EQ(server.port(), port);
    EventSource source(port);
    WebSocketPeer peer(port);
    HttpClient held(port);
    HttpClient idle(port);
    held.ask("/pushwire/long-poll");
    held.answer();
    held.ask("/pushwire/long-poll?wait_ms=60000&after=" + source.next().cursor);
    source.next();
    log.emit(i);
    ASSERT_EQ(source.next().data, std::to_string(i));
    const auto begun = steady_clock::now();
    server.stop();
    ASSERT_LT(steady_clock::now() - begun, std::chrono::seconds(10));
    ASSERT_FALSE(server.running());
  }
  EXPECT_EQ(descriptors(), before);
}

TEST(Lifecycle, a_stop_does_not_wait_for_its_timeout_once_all_have_gone) {
  Server server{Options{}.stop_timeout(std::chrono::seconds(60))};
  server.start();
  EventSource source(server.port());
  source.next();
  HttpClient idle(server.port());
  idle.get("/pushwire/poll");
  auto stopped = std::async(std::launch::async, [&] { server.stop(); });
  while (source.next().control != "bye") {
  }
  EXPECT_TRUE(source.ended());
  source.socket().close();
  EXPECT_EQ(stopped.wait_for(kDeadline), std::future_status::ready);
}

TEST(Lifecycle, stop_and_start_may_be_called_whenever_and_twice) {
  Server server;
  EXPECT_FALSE(server.stop());
  server.start();
  const std::uint16_t port = server.port();
  server.start();
  EXPECT_EQ(server.port(), port);
  EXPECT_TRUE(server.running());
  EXPECT_FALSE(server.stop());
  EXPECT_FALSE(server.stop());
  EXPECT_EQ(server.port(), 0);
  server.start();
  EXPECT_EQ(get(server.port(), "/pushwire/poll").status, 200);
}

TEST(Lifecycle, a_server_may_end_without_having_been_started_or_stopped) {
  { Server never_started; }
  auto server = std::make_unique<Server>(Options{}.stop_timeout(milliseconds(50)));
  server->start();
  EventSource source(server->port());
  source.next(), source.next();
  server.reset();
  EXPECT_EQ(source.next().control, "bye");
  EXPECT_TRUE(source.ended());
}

TEST(Lifecycle, events_of_before_the_start_and_after_the_stop_are_kept) {
  Server server;
  const auto log = server.event<int>("log");
  EXPECT_EQ(log.emit(1), EmitStatus::ok);
  server.start();
  const PolledAnswer first = polled(get(server.port(), "/pushwire/poll?after=earliest").body);
  EXPECT_EQ(said(first.items), "log=1");
  server.stop();
  EXPECT_EQ(log.emit(2), EmitStatus::ok);
  server.start();
  const PolledAnswer second = polled(get(server.port(), "/pushwire/poll?after=" + first.cursor).body);
  EXPECT_EQ(second.resume, "ok");
  EXPECT_EQ(said(second.items), "log=2");
  EXPECT_EQ(epoch_of(second.cursor), epoch_of(first.cursor));
}

TEST(Lifecycle, an_event_type_that_outlives_its_server_does_nothing) {
  EventType<int> log;
  EXPECT_EQ(log.emit(1), EmitStatus::detached);
  {
    Server server;
    log = server.event<int>("log", latest_by_key());
    server.start();
    EXPECT_EQ(log.emit("key", 1), EmitStatus::ok);
  }
  EXPECT_EQ(log.emit("key", 2), EmitStatus::detached);
  EXPECT_EQ(log.erase("key"), EmitStatus::detached);
  EXPECT_FALSE(log.watched());
  EXPECT_EQ(log.name(), "log");
  log.on_watch([](bool) { FAIL(); });
}

TEST(Lifecycle, a_callback_may_stop_the_server) {
  Server server{Options{}.stop_timeout(milliseconds(50))};
  const auto log = server.event<int>("log");
  std::promise<bool> stopped;
  log.on_watch([&, once = true](bool) mutable {
    if (std::exchange(once, false)) stopped.set_value(server.stop());
  });
  server.start();
  EventSource source(server.port());
  auto running = stopped.get_future();
  ASSERT_EQ(running.wait_for(kDeadline), std::future_status::ready);
  EXPECT_TRUE(running.get()) << "the callback itself was still running";
  EXPECT_FALSE(server.running());
  Item item = source.next();
  while (item.control != "bye") item = source.next();
}

TEST(Lifecycle, a_callback_may_destroy_the_server) {
  auto server =
      std::make_shared<std::unique_ptr<Server>>(std::make_unique<Server>(Options{}.stop_timeout(milliseconds(50))));
  const auto log = (*server)->event<int>("log");
  auto gone = std::make_shared<std::promise<void>>();
  log.on_watch([server, gone](bool) {
    server->reset();
    gone->set_value();
  });
  (*server)->start();
  auto done = gone->get_future();
  EventSource source((*server)->port());
  ASSERT_EQ(done.wait_for(kDeadline), std::future_status::ready);
  EXPECT_EQ(log.emit(1), EmitStatus::detached);
  Item item = source.next();
  while (item.control != "bye") item = source.next();
  EXPECT_TRUE(source.ended());
}

TEST(Lifecycle, a_callback_may_start_the_server_again) {
  Server server{Options{}.stop_timeout(milliseconds(50))};
  const auto log = server.event<int>("log");
  std::promise<std::uint16_t> restarted;
  log.on_watch([&, once = true](bool) mutable {
    if (!std::exchange(once, false)) return;
    server.stop();
    server.start();
    restarted.set_value(server.port());
  });
  server.start();
  EventSource source(server.port());
  auto port = restarted.get_future();
  ASSERT_EQ(port.wait_for(kDeadline), std::future_status::ready);
  EXPECT_EQ(get(port.get(), "/pushwire/poll").status, 200);
}

// Fails in its goodbyes, which the reactor logs.
class SpeechlessAtTheEnd final : public Transport {
 public:
  std::string_view name() const noexcept override { return "speechless"; }
  Traits traits() const noexcept override {
    Traits traits;
    traits.delivery = Delivery::streaming;
    traits.media_type = "text/plain";
    return traits;
  }
  std::unique_ptr<Conversation> open(const Request&, Head&) const override { return std::make_unique<Words>(); }
  void encode(const Event&, const Encoding&, std::string&) const override {}

 private:
  class Words final : public Conversation {
    void control(const Control& control, std::string& out) override {
      if (control.kind == Control::Kind::bye) throw std::runtime_error("no goodbye");
      out += "hello";
    }
  };
};

TEST(Lifecycle, the_log_callback_may_stop_the_server_even_while_another_thread_does) {
  std::atomic<int> stops{0};
  Server* stopped = nullptr;
  Server server{Options{}
                    .stop_timeout(milliseconds(50))
                    .transport(std::make_shared<SpeechlessAtTheEnd>())
                    .log([&](LogLevel, std::string_view) {
                      stopped->stop();
                      ++stops;
                    })};
  stopped = &server;
  for (int i = 1; i <= 3; ++i) {
    server.start();
    HttpClient client(server.port());
    client.ask("/pushwire/speechless");
    EXPECT_EQ(read_head(client.socket()).status, 200);
    server.stop();
    EXPECT_FALSE(server.running());
    EXPECT_EQ(stops, i);
  }
}

TEST(Lifecycle, the_destructor_waits_for_a_callback_that_runs) {
  std::promise<void> entered;
  std::promise<void> leave;
  std::atomic<bool> left{false};
  auto server = std::make_unique<Server>(Options{}.stop_timeout(milliseconds(50)));
  const auto log = server->event<int>("log");
  log.on_watch([&, once = true](bool) mutable {
    if (!std::exchange(once, false)) return;
    entered.set_value();
    leave.get_future().wait();
    left = true;
  });
  server->start();
  EventSource source(server->port());
  ASSERT_EQ(entered.get_future().wait_for(kDeadline), std::future_status::ready);
  EXPECT_TRUE(server->stop()) << "a callback still runs";
  auto destroyed = std::async(std::launch::async, [&] {
    server.reset();
    return left.load();
  });
  leave.set_value();
  EXPECT_TRUE(destroyed.get());
}

}  // namespace
}  // namespace pushwire
