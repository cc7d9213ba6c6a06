// Handlers that misbehave, and handlers that do what they may: none holds up anybody else, and none brings the server down.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "pushwire/server.hpp"
#include "server/eventually.hpp"
#include "server/gate.hpp"
#include "server/talking.hpp"

namespace pushwire {
namespace {

using std::chrono::milliseconds;

class HandlerTrouble : public testing::Test {
 protected:
  HandlerTrouble() {
    Limits limits;
    limits.reply_timeout = std::chrono::seconds(20);
    server = std::make_unique<Server>(Options{}
                                          .limits(limits)
                                          .heartbeat(std::chrono::seconds(300))
                                          .stop_timeout(milliseconds(50))
                                          .log([this](LogLevel, std::string_view line) {
                                            const std::lock_guard lock(mutex);
                                            lines += line;
                                          }));
    server->on("echo", [](JsonValue value) { return value; });
    server->on("wait", [this] { gate.pass(); });
    server->start();
  }
  ~HandlerTrouble() override { gate.open(); }
  std::string logged() {
    const std::lock_guard lock(mutex);
    return lines;
  }
  Talking talk() { return Talking(server->port(), kInBand); }

  Gate gate;
  std::mutex mutex;
  std::string lines;
  std::unique_ptr<Server> server;
};

TEST_F(HandlerTrouble, whatever_is_thrown_is_answered_and_only_a_request_error_tells_why) {
  server->on("exception", []() -> int { throw std::runtime_error("disk /dev/sda"); });
  server->on("number", [] { throw 17; });
  server->on("memory", [](int) { throw std::bad_alloc(); });
  server->on("refuse", [] { throw RequestError("busy", "come back later \xff"); });
  server->on("decode", [] { throw DecodeError("expected a pump"); });
  server->on("after", [](const Reply<int>& reply) {
    reply(5);
    throw std::runtime_error("too late");
  });
  Talking client = talk();
  EXPECT_EQ(client.ask("exception").error_message, "the handler failed");
  EXPECT_EQ(client.ask("number").error_code, "failed");
  EXPECT_EQ(client.ask("memory", "1").error_code, "failed");
  const Item refused = client.ask("refuse");
  EXPECT_EQ(refused.error_code, "busy");
  EXPECT_EQ(refused.error_message, "come back later \xef\xbf\xbd");
  EXPECT_EQ(client.ask("decode").error_code, "bad-data");
  EXPECT_EQ(client.ask("after").data, "5");
  EXPECT_NE(logged().find("disk /dev/sda"), std::string::npos);
  EXPECT_EQ(client.ask("echo", "1").data, "1");
  EXPECT_NE(logged().find("too late"), std::string::npos) << "behind the reply, but before the next message";
}

TEST_F(HandlerTrouble, one_that_blocks_holds_up_its_session_alone) {
  const auto log = server->event<int>("log");
  Talking blocked = talk(), other = talk();
  blocked.say(request_frame(1, "wait"));
  blocked.say(request_frame(2, "echo", "\"behind\""));
  ASSERT_TRUE(gate.holds(1));
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(other.ask("echo", std::to_string(i)).data, std::to_string(i));
    EXPECT_EQ(log.emit(i), EmitStatus::ok);
    EXPECT_EQ(said({blocked.next(), other.next()}), "log=" + std::to_string(i) + " log=" + std::to_string(i));
  }
  gate.open();
  EXPECT_EQ(blocked.reply().reply, 1u);
  EXPECT_EQ(blocked.reply().data, "\"behind\"");
}

TEST_F(HandlerTrouble, may_use_all_of_the_server) {
  const auto log = server->event<int>("log");
  server->on("everything", [&](const Message& message) {
    log.emit(1);
    server->to(message.session).emit(log, 2);
    server->event<int>("another").emit(3);
    server->on("late", [] { return "late"; });
    EXPECT_THROW(server->on("late", [] {}), std::logic_error);
    EXPECT_FALSE(server->off("nothing"));
    EXPECT_EQ(server->sessions().size(), 1u);
    EXPECT_EQ(server->stats().sessions, 1u);
    server->on_join([](const Session&) {});
    server->reauthorize("nobody");
    return server->off("everything");
  });
  Talking client = talk();
  EXPECT_EQ(client.ask("everything").data, "true");
  EXPECT_EQ(said({client.next(), client.next(), client.next()}), "log=1 log=2 another=3");
  EXPECT_EQ(client.ask("late").data, "\"late\"");
  EXPECT_EQ(client.ask("everything").error_code, "unknown-name");
}

TEST_F(HandlerTrouble, a_name_that_is_taken_away_and_given_again_while_it_is_called_never_calls_what_is_gone) {
  std::atomic<bool> ended{false};
  std::thread registering([&] {
    for (int i = 0; !ended; ++i) {
      const auto mine = std::make_shared<int>(i);
      server->on("changing", [mine, weak = std::weak_ptr<int>(mine)] { return weak.lock() == mine; });
      server->off("changing");
    }
  });
  Talking client = talk();
  for (int i = 0; i < 300; ++i) {
    const Item reply = client.ask("changing");
    EXPECT_TRUE(reply.data == "true" || reply.error_code == "unknown-name") << reply.json;
  }
  ended = true;
  registering.join();
}

TEST_F(HandlerTrouble, may_answer_twice_from_many_threads_and_the_first_counts) {
  std::vector<std::thread> threads;
  std::atomic<int> counted{0};
  server->on("race", [&](const Reply<int>& reply) {
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&, reply, i] { counted += i % 2 ? reply(i) : reply.error("no"); });
  });
  Talking client = talk();
  client.ask("race");
  EXPECT_EQ(client.ask("echo", "1").data, "1") << "the handler has ended";
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counted, 1);
}

TEST_F(HandlerTrouble, may_answer_a_client_that_has_gone) {
  std::promise<Reply<int>> kept;
  server->on("keep", [&](const Reply<int>& reply) { kept.set_value(reply); });
  {
    Talking client = talk();
    client.say(request_frame(1, "keep"));
    auto future = kept.get_future();
    ASSERT_EQ(future.wait_for(kDeadline), std::future_status::ready);
    client.cut();
    ASSERT_TRUE(eventually([&] { return !server->sessions().at(0).connected; }));
    const Reply<int> reply = future.get();
    EXPECT_TRUE(reply.wanted()) << "its session is there still, and can ask again";
    EXPECT_TRUE(reply(1));
  }
  EXPECT_EQ(talk().ask("echo", "1").data, "1");
}

TEST_F(HandlerTrouble, a_reply_may_be_kept_past_the_servers_end) {
  std::vector<Reply<std::string>> kept;
  server->on("keep", [&](const Message& message, const Reply<std::string>& reply) {
    server->to(message.session).emit(server->event<int>("log"), 1);
    kept.push_back(reply);
  });
  Talking client = talk();
  client.say(request_frame(1, "keep"));
  client.say(request_frame(2, "keep"));
  EXPECT_EQ((client.say(request_frame(3, "echo")), client.reply().reply), 3u);
  server.reset();
  ASSERT_EQ(kept.size(), 2u);
  kept[0]("late");
  EXPECT_FALSE(kept[0]("later"));
  kept.clear();
}

TEST_F(HandlerTrouble, a_reply_that_is_not_given_in_time_is_given_for_it) {
  Limits limits;
  limits.reply_timeout = milliseconds(50);
  limits.reply_bytes = 100;
  Server hasty{
      Options{}.limits(limits).heartbeat(std::chrono::seconds(300)).stop_timeout(milliseconds(50)).log(nullptr)};
  std::mutex kept_mutex;
  std::vector<Reply<int>> kept;
  hasty.on("keep", [&](const Reply<int>& reply) {
    const std::lock_guard lock(kept_mutex);
    kept.push_back(reply);
  });
  hasty.on("much", [] { return std::string(100, 'x'); });
  hasty.start();
  for (const Way& way : kWays) {
    Talking client(hasty.port(), way);
    EXPECT_EQ(client.ask("keep").error_code, "timeout") << way.name;
    const std::lock_guard lock(kept_mutex);
    EXPECT_FALSE(kept.back().wanted());
    EXPECT_FALSE(kept.back()(1));
  }
  const Item reply = Talking(hasty.port(), kInBand).ask("much");
  EXPECT_TRUE(reply.error_code == "too-large" || reply.error_code == "timeout") << reply.json;
}

TEST_F(HandlerTrouble, stop_never_waits_for_one_that_runs_and_says_that_it_does) {
  Talking client = talk();
  client.say(request_frame(1, "wait"));
  ASSERT_TRUE(gate.holds(1));
  EXPECT_TRUE(server->stop());
  EXPECT_FALSE(server->running());
  EXPECT_TRUE(server->stop()) << "it still runs";
  gate.open();
  EXPECT_TRUE(eventually([&] { return !server->stop(); }));
}

TEST_F(HandlerTrouble, the_destructor_waits_for_those_that_run_and_drops_those_that_have_not_begun) {
  std::atomic<int> runs{0};
  const auto held = std::make_shared<int>(0);
  server->on("count", [&runs, held] { ++runs; });
  std::vector<Talking> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(talk());
    clients.back().say(request_frame(1, "wait"));
    for (std::uint64_t id = 2; id < 20; ++id) clients.back().say(request_frame(id, "count"));
  }
  ASSERT_TRUE(gate.holds(4)) << "all workers";
  Talking one_more = talk();
  one_more.say(request_frame(1, "count"));
  const std::weak_ptr<int> of_handlers = held;
  auto destroyed = std::async(std::launch::async, [&] { server.reset(); });
  EXPECT_EQ(destroyed.wait_for(milliseconds(200)), std::future_status::timeout);
  gate.open();
  ASSERT_EQ(destroyed.wait_for(kDeadline), std::future_status::ready);
  EXPECT_EQ(runs, 0);
  EXPECT_EQ(held.use_count(), 1) << "handlers end with their server";
}

TEST_F(HandlerTrouble, may_stop_the_server) {
  std::promise<bool> stopped;
  server->on("stop", [&] { stopped.set_value(server->stop()); });
  Talking client = talk();
  client.say(request_frame(1, "stop"));
  auto future = stopped.get_future();
  ASSERT_EQ(future.wait_for(kDeadline), std::future_status::ready);
  EXPECT_TRUE(future.get()) << "the handler itself";
  EXPECT_FALSE(server->running());
  EXPECT_EQ(client.next().reason, "shutdown");
}

TEST_F(HandlerTrouble, may_start_the_server_again_even_while_it_is_being_destroyed) {
  server->on("restart", [&] {
    gate.pass();
    server->stop();
    server->start();
  });
  Talking client = talk();
  client.say(request_frame(1, "restart"));
  ASSERT_TRUE(gate.holds(1));
  Server* const destroyed = server.get();
  auto ended = std::async(std::launch::async, [&] { destroyed->stop(); });
  ASSERT_EQ(ended.wait_for(kDeadline), std::future_status::ready);
  gate.open();
  ASSERT_TRUE(eventually([&] { return server->running(); }));
  EXPECT_EQ(talk().ask("echo", "1").data, "1");
}

// --- the end from inside ---

// A server that its handlers can end, and what they hold.
struct Ended {
  std::unique_ptr<Server> server = std::make_unique<Server>(
      Options{}.session_lease(std::chrono::seconds(1)).stop_timeout(milliseconds(50)).log(nullptr));
  std::promise<void> gone;
  Gate gate;
};

TEST(AHandlerThatDestroysItsServer, on_a_worker_returns_and_nothing_is_called_after_it) {
  const auto shared = std::make_shared<Ended>();
  auto gone = shared->gone.get_future();
  const auto runs = std::make_shared<std::atomic<int>>(0);
  shared->server->on("end", [shared] {
    shared->gate.pass();
    shared->server.reset();
    shared->gone.set_value();
  });
  shared->server->on("count", [runs] { ++*runs; });
  shared->server->start();
  Talking client(shared->server->port(), kInBand), other(shared->server->port(), kInBand);
  client.say(request_frame(1, "end"));
  for (std::uint64_t id = 2; id < 10; ++id) client.say(request_frame(id, "count"));
  ASSERT_TRUE(shared->gate.holds(1));
  other.say(request_frame(1, "count"));
  other.reply();
  shared->gate.open();
  ASSERT_EQ(gone.wait_for(kDeadline), std::future_status::ready);
  EXPECT_EQ(client.next().control, "bye");
  EXPECT_EQ(*runs, 1);
  EXPECT_TRUE(eventually([&] { return shared.use_count() == 1 && runs.use_count() == 1; })) << "nothing is kept";
}

TEST(AHandlerThatDestroysItsServer, while_its_session_has_ended_returns) {
  const auto shared = std::make_shared<Ended>();
  auto gone = shared->gone.get_future();
  shared->server->on_leave([](const Session&) {});
  shared->server->on("end", [shared] {
    shared->gate.pass();
    shared->server.reset();
    shared->gone.set_value();
  });
  shared->server->start();
  {
    Talking client(shared->server->port(), kInBand);
    client.say(request_frame(1, "end"));
    ASSERT_TRUE(shared->gate.holds(1));
    client.cut();
  }
  // The session's leave waits behind its handler.
  ASSERT_TRUE(eventually([&] { return shared->server->sessions().empty(); }));
  shared->gate.open();
  ASSERT_EQ(gone.wait_for(kDeadline), std::future_status::ready);
  EXPECT_TRUE(eventually([&] { return shared.use_count() == 1; }));
}

TEST(AHandlerThatDestroysItsServer, as_a_callback_with_others_due_behind_it_returns) {
  const auto shared = std::make_shared<Ended>();
  auto gone = shared->gone.get_future();
  // No handle of a type is kept, so that nothing but the server keeps what it is made of.
  shared->server->event<int>("a").on_watch([shared, once = true](bool) mutable {
    if (!std::exchange(once, false)) return;
    shared->gate.pass();
    shared->server.reset();
    shared->gone.set_value();
  });
  shared->server->start();
  EventSource first(shared->server->port(), "/pushwire/sse?events=a");
  ASSERT_TRUE(shared->gate.holds(1));
  shared->server->event<int>("b").on_watch([](bool) {});
  shared->server->event<int>("c").on_watch([](bool) {});
  EventSource source(shared->server->port());
  source.next();
  shared->gate.open();
  ASSERT_EQ(gone.wait_for(kDeadline), std::future_status::ready);
  EXPECT_TRUE(eventually([&] { return shared.use_count() == 1; }));
}

TEST(AHandlerThatDestroysItsServer, from_on_join_and_authorize_returns) {
  for (const bool judging : {false, true}) {
    const auto shared = std::make_shared<Ended>();
    auto gone = shared->gone.get_future();
    const auto end = [weak = std::weak_ptr<Ended>(shared)] {
      const auto own = weak.lock();
      own->server.reset();
      own->gone.set_value();
    };
    if (judging) {
      shared->server = std::make_unique<Server>(
          Options{}.stop_timeout(milliseconds(50)).log(nullptr).authorize([end](const Request&) {
            return end(), Identity{};
          }));
    } else {
      shared->server->on_join([end](const Session&) { end(); });
    }
    shared->server->start();
    HttpClient client(shared->server->port());
    client.ask("/pushwire/sse", {{kSession, "new"}});
    ASSERT_EQ(gone.wait_for(kDeadline), std::future_status::ready);
    EXPECT_EQ(client.answer().status, judging ? 503 : 200);
    EXPECT_TRUE(eventually([&] { return shared.use_count() == 1; }));
  }
}

}  // namespace
}  // namespace pushwire
