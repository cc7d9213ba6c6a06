#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/event_source.hpp"
#include "server/eventually.hpp"
#include "server/websocket_peer.hpp"

namespace pushwire {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class Watching : public testing::Test {
 protected:
  Watching() { server.start(); }
  static bool becomes(const EventType<int>& type, bool watched) {
    return eventually([&] { return type.watched() == watched; });
  }

  Server server{Options{}.stop_timeout(milliseconds(50))};
  EventType<int> log = server.event<int>("log");
  EventType<int> other = server.event<int>("other");
};

TEST_F(Watching, a_stream_is_while_it_is_open) {
  EXPECT_FALSE(log.watched());
  {
    EventSource source(server.port(), "/pushwire/sse?events=log");
    source.next();
    EXPECT_TRUE(log.watched());
    EXPECT_FALSE(other.watched());
  }
  EXPECT_TRUE(becomes(log, false));
  WebSocketPeer everything(server.port());
  everything.next();
  EXPECT_TRUE(log.watched());
  EXPECT_TRUE(other.watched());
}

TEST_F(Watching, a_changed_subscription_changes_it) {
  WebSocketPeer peer(server.port(), "/pushwire/websocket?events=log");
  peer.next(), peer.next();
  peer.say(R"({"subscribe":["other"]})");
  EXPECT_EQ(peer.next().control, "subscribed");
  EXPECT_TRUE(becomes(log, false));
  EXPECT_TRUE(other.watched());
}

TEST_F(Watching, a_poll_is_for_a_while_and_a_held_poll_as_long_as_it_is_held) {
  const std::string cursor = polled(get(server.port(), "/pushwire/poll?events=other").body).cursor;
  EXPECT_TRUE(other.watched());
  EXPECT_FALSE(log.watched());
  HttpClient held(server.port());
  held.ask("/pushwire/long-poll?events=log&after=" + cursor);
  EXPECT_TRUE(becomes(log, true));
  server.stop();
  EXPECT_FALSE(log.watched());
  EXPECT_FALSE(other.watched());
}

TEST_F(Watching, a_prefix_is_of_the_types_that_are_there_and_of_those_to_come) {
  const auto before = server.event<int>("sensor.a");
  EventSource source(server.port(), "/pushwire/sse?events=sensor.*");
  source.next();
  EXPECT_TRUE(before.watched());
  EXPECT_FALSE(log.watched());
  EXPECT_TRUE(server.event<int>("sensor.b").watched());
  EXPECT_FALSE(server.event<int>("sensors").watched());
}

// What callbacks said, in order.
class Calls {
 public:
  void add(bool watched) {
    const std::lock_guard lock(mutex_);
    calls_ += watched ? '+' : '-';
  }
  bool become(const std::string& calls) {
    return eventually([&] {
      const std::lock_guard lock(mutex_);
      return calls_ == calls;
    });
  }

 private:
  std::mutex mutex_;
  std::string calls_;
};

TEST_F(Watching, changes_are_called_back_in_order) {
  Calls calls;
  log.on_watch([&](bool watched) { calls.add(watched); });
  std::string expected;
  for (int i = 0; i < 5; ++i) {
    {
      EventSource source(server.port());
      EXPECT_TRUE(calls.become(expected += '+'));
      EventSource second(server.port());
      second.next();
    }
    EXPECT_TRUE(calls.become(expected += '-'));
  }
  log.on_watch({});
  server.stop();
}

TEST_F(Watching, a_callback_for_what_is_watched_already_is_told_and_replaces_the_one_before) {
  Calls first;
  Calls second;
  log.on_watch([&](bool watched) { first.add(watched); });
  EventSource source(server.port());
  EXPECT_TRUE(first.become("+"));
  log.on_watch([&](bool watched) { second.add(watched); });
  EXPECT_TRUE(second.become("+"));
  source.socket().close();
  EXPECT_TRUE(second.become("+-"));
  EXPECT_TRUE(first.become("+"));
  log.on_watch({});
  server.stop();
}

TEST_F(Watching, a_callback_may_emit_to_the_client_that_caused_it) {
  log.on_watch([this](bool watched) {
    if (watched) log.emit(42);
  });
  EventSource source(server.port());
  EXPECT_EQ(said({source.next_news()}), "log=42");
}

TEST(Callbacks, that_throw_are_logged_and_harm_nothing) {
  std::mutex mutex;
  std::vector<std::string> lines;
  Server server{Options{}.stop_timeout(milliseconds(50)).log([&](LogLevel level, std::string_view line) {
    if (level == LogLevel::error) {
      const std::lock_guard lock(mutex);
      lines.emplace_back(line);
    }
    throw std::runtime_error("a log callback that throws");
  })};
  const auto log = server.event<int>("log");
  Calls calls;
  log.on_watch([&](bool watched) {
    calls.add(watched);
    if (watched) throw std::runtime_error("no coffee");
    throw 7;
  });
  server.start();
  {
    EventSource source(server.port());
    EXPECT_TRUE(calls.become("+"));
  }
  EXPECT_TRUE(calls.become("+-"));
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return lines.size() == 2 && lines[0].find("no coffee") != std::string::npos;
  }));
  EXPECT_EQ(get(server.port(), "/pushwire/poll").status, 200);
}

// A plugin that fails wherever it may.
class Faulty final : public Transport {
 public:
  std::string_view name() const noexcept override { return "faulty"; }
  Traits traits() const noexcept override {
    Traits traits;
    traits.delivery = Delivery::streaming;
    traits.media_type = "text/plain";
    return traits;
  }
  std::unique_ptr<Conversation> open(const Request& request, Head&) const override {
    if (request.parameter("refuse")) throw Refusal(409, "not today");
    if (request.parameter("open")) throw std::runtime_error("open failed");
    return std::make_unique<Words>(request.parameter("hello").has_value());
  }
  void encode(const Event&, const Encoding&, std::string&) const override { throw std::runtime_error("encode failed"); }

 private:
  class Words final : public Conversation {
   public:
    explicit Words(bool fails) : fails_(fails) {}
    void control(const Control&, std::string& out) override {
      if (fails_) throw std::runtime_error("hello failed");
      out += "hello\n";
    }

   private:
    bool fails_;
  };
};

TEST(Callbacks, a_plugin_that_throws_costs_its_own_client_alone) {
  std::mutex mutex;
  std::string lines;
  Server server{Options{}.transport(std::make_shared<Faulty>()).log([&](LogLevel, std::string_view line) {
    const std::lock_guard lock(mutex);
    lines += std::string(line) + '\n';
  })};
  const auto logged = [&](const std::string& what) {
    return eventually([&] {
      const std::lock_guard lock(mutex);
      return lines.find(what) != std::string::npos;
    });
  };
  const auto log = server.event<int>("log");
  server.start();
  EventSource bystander(server.port());
  bystander.next(), bystander.next();
  EXPECT_EQ(get(server.port(), "/pushwire/faulty?refuse=1").status, 409);
  for (const char* step : {"open", "hello"}) {
    HttpClient client(server.port());
    client.ask("/pushwire/faulty?" + std::string(step) + "=1");
    EXPECT_TRUE(client.ended()) << step;
    EXPECT_TRUE(logged(std::string(step) + " failed"));
  }
  HttpClient client(server.port());
  client.ask("/pushwire/faulty");
  EXPECT_EQ(read_head(client.socket()).status, 200);
  for (int i = 1; i <= 3; ++i) {
    log.emit(i);
    EXPECT_EQ(said({bystander.next_news()}), "log=" + std::to_string(i));
  }
  EXPECT_TRUE(logged("encode failed"));
}

TEST(MaxRate, publishes_the_last_of_a_burst_when_its_time_has_come) {
  Server server;
  constexpr double kRate = 10;
  const auto state = server.event<int>("state", latest().max_rate(kRate));
  server.start();
  EventSource source(server.port());
  source.next(), source.next();
  const auto begun = steady_clock::now();
  constexpr int kValues = 200;
  EXPECT_EQ(state.emit(1), EmitStatus::ok);
  for (int i = 2; i <= kValues; ++i) state.emit(i);
  std::vector<Item> heard;
  do heard.push_back(source.next_news());
  while (heard.back().data != std::to_string(kValues));
  const std::chrono::duration<double> took = steady_clock::now() - begun;
  EXPECT_EQ(heard.front().data, "1");
  EXPECT_LE(static_cast<double>(heard.size()), took.count() * kRate + 2);
  EXPECT_GE(took.count() * kRate, static_cast<double>(heard.size() - 1) * 0.9);
}

TEST(Figures, count_what_has_been_done) {
  Server server;
  const auto log = server.event<std::string>("log", history(10));
  server.start();
  for (int i = 0; i < 20; ++i) log.emit("12345678");
  get(server.port(), "/pushwire/poll?after=earliest");
  get(server.port(), "/nothing");
  EventSource source(server.port());
  source.next();
  const Stats stats = server.stats();
  EXPECT_EQ(stats.events, 20u);
  EXPECT_EQ(stats.log_bytes, 100u);
  EXPECT_EQ(stats.accepted, 3u);
  EXPECT_EQ(stats.requests, 3u);
  EXPECT_EQ(stats.deliveries, 10u);
  EXPECT_EQ(stats.refusals, (std::map<int, std::uint64_t>{{404, 1}}));
  EXPECT_EQ(stats.conversations,
            (std::map<std::string, std::size_t>{{"websocket", 0}, {"sse", 1}, {"long-poll", 0}, {"poll", 0}}));
  EXPECT_TRUE(eventually([&] { return server.stats().connections == 1; }));
}

}  // namespace
}  // namespace pushwire
