// Where the host's code runs: on workers, or in its own loop.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "pushwire/server.hpp"
#include "server/eventually.hpp"
#include "server/gate.hpp"
#include "server/message_order.hpp"
#include "server/process_figures.hpp"
#include "server/talking.hpp"

namespace pushwire {
namespace {

using std::chrono::milliseconds;
using Task = std::function<void()>;

Options quick() { return Options{}.heartbeat(std::chrono::seconds(300)).stop_timeout(milliseconds(50)).log(nullptr); }

// A host's event loop, as few lines as there can be. Drops what is left when it ends.
class Loop {
 public:
  explicit Loop(int threads = 0) {
    for (int i = 0; i < threads; ++i) {
      threads_.emplace_back([this] {
        while (run_one()) {
        }
      });
    }
  }
  ~Loop() { end(); }
  void post(Task task) {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    due_.push_back(std::move(task));
    changed_.notify_one();
  }
  // Waits for a task and runs it; false: the loop has ended.
  bool run_one() {
    Task task;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return ended_ || !due_.empty(); });
      if (ended_) return false;
      task = std::move(due_.front());
      due_.pop_front();
    }
    task();
    return true;
  }
  std::size_t due() {
    const std::lock_guard lock(mutex_);
    return due_.size();
  }
  void end() {
    std::deque<Task> dropped;
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
      dropped.swap(due_);
      changed_.notify_all();
    }
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  std::function<void(Task)> takes() {
    return [this](Task task) { post(std::move(task)); };
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> due_;
  bool ended_ = false;
  std::vector<std::thread> threads_;
};

// Which threads the host's code ran on.
class Threads {
 public:
  void note() {
    const std::lock_guard lock(mutex_);
    ids_.insert(std::this_thread::get_id());
  }
  std::set<std::thread::id> all() {
    const std::lock_guard lock(mutex_);
    return ids_;
  }

 private:
  std::mutex mutex_;
  std::set<std::thread::id> ids_;
};

// --- workers ---

TEST(Workers, are_made_when_they_are_needed_and_are_as_many_as_was_said) {
  Gate gate;
  Server server{quick().workers(2)};
  const Opening opening(gate);
  server.on("wait", [&] { gate.pass(); });
  const auto log = server.event<int>("log");
  server.start();
  EventSource source(server.port());
  source.next();
  log.emit(1);
  source.next_news();
  const std::size_t before = threads();
  std::vector<Talking> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back(server.port(), kInBand);
    clients.back().say(request_frame(1, "wait"));
  }
  ASSERT_TRUE(gate.holds(2));
  EXPECT_EQ(threads(), before + 2);
  gate.open();
  for (Talking& client : clients) EXPECT_EQ(client.reply().data, "null");
  EXPECT_EQ(threads(), before + 2);
}

TEST(Workers, keep_the_order_of_each_session) {
  Server server{quick()};
  server.start();
  check_order(server, 5);
}

// --- the host's loop ---

TEST(AHostsLoop, runs_handlers_and_callbacks_and_nothing_else_does) {
  Loop loop;
  Threads threads;
  {
    Server server{quick().dispatcher(loop.takes()).session_lease(std::chrono::seconds(1))};
    const auto log = server.event<int>("log");
    log.on_watch([&](bool) { threads.note(); });
    std::atomic<int> joined{0}, left{0};
    server.on_join([&](const Session&) { threads.note(), ++joined; });
    server.on_leave([&](const Session&) { threads.note(), ++left; });
    server.on("echo", [&](int value) { return threads.note(), value; });
    server.start();
    auto client = std::async(std::launch::async, [&] { return Talking(server.port(), kInBand).ask("echo", "5").data; });
    while (left == 0) ASSERT_TRUE(loop.run_one());
    EXPECT_EQ(client.get(), "5");
    EXPECT_EQ(joined, 1);
  }
  EXPECT_EQ(threads.all(), std::set<std::thread::id>{std::this_thread::get_id()});
}

TEST(AHostsLoop, of_several_threads_keeps_the_order_of_each_session) {
  Loop loop(4);
  Server server{quick().dispatcher(loop.takes())};
  server.start();
  check_order(server, 5);
  loop.end();
}

TEST(AHostsLoop, that_does_not_run_holds_up_no_reader_and_stop_says_what_is_due) {
  Loop loop;
  Server server{quick().dispatcher(loop.takes())};
  server.on("echo", [](int value) { return value; });
  const auto log = server.event<int>("log");
  server.start();
  Talking client(server.port(), kInBand);
  client.say(request_frame(1, "echo", "1"));
  ASSERT_TRUE(eventually([&] { return loop.due() == 1; }));
  log.emit(1);
  EXPECT_EQ(client.next().data, "1");
  EXPECT_TRUE(server.stop()) << "a task is due";
  loop.run_one();
  EXPECT_FALSE(server.stop());
}

TEST(AHostsLoop, may_drop_what_is_due_at_its_end) {
  const auto held = std::make_shared<int>(0);
  {
    auto loop = std::make_unique<Loop>();
    Server server{quick().dispatcher(loop->takes())};
    server.on("echo", [held](int value) { return value; });
    server.start();
    Talking client(server.port(), kInBand);
    for (std::uint64_t id = 1; id <= 5; ++id) client.say(request_frame(id, "echo", "1"));
    ASSERT_TRUE(eventually([&] { return loop->due() == 1; }));
    loop->end();
    EXPECT_EQ(client.reply().error_code, "no-reply");
    EXPECT_FALSE(server.stop()) << "nothing is due any more";
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST(AHostsLoop, may_have_tasks_of_a_server_that_is_gone) {
  const auto held = std::make_shared<int>(0);
  std::atomic<int> runs{0};
  for (const bool run : {true, false}) {
    Loop loop;
    {
      Server server{quick().dispatcher(loop.takes())};
      server.on("count", [held, &runs] { ++runs; });
      server.event<int>("log").on_watch([held](bool) {});
      server.on_join([held](const Session&) {});
      server.start();
      Talking client(server.port(), kInBand), other(server.port(), kInBand);
      for (std::uint64_t id = 1; id <= 5; ++id) client.say(request_frame(id, "count"));
      other.say(request_frame(1, "count"));
      ASSERT_TRUE(eventually([&] { return loop.due() == 3; }));
    }
    while (run && loop.due() > 0) loop.run_one();
    loop.end();
    EXPECT_EQ(held.use_count(), 1) << "what the host gave ends with the server and its tasks";
  }
  EXPECT_EQ(runs, 0);
}

TEST(AHostsLoop, may_destroy_the_server_from_inside_a_handler) {
  Loop loop;
  auto server = std::make_unique<Server>(quick().dispatcher(loop.takes()));
  int runs = 0;
  server->on("end", [&] { server.reset(); });
  server->on("count", [&] { ++runs; });
  server->start();
  Talking client(server->port(), kInBand);
  client.say(request_frame(1, "end"));
  client.say(request_frame(2, "count"));
  while (server) loop.run_one();
  while (loop.due() > 0) loop.run_one();
  EXPECT_EQ(runs, 0);
  EXPECT_EQ(client.next().control, "bye");
}

TEST(AHostsLoop, is_not_waited_for_by_the_destructor_unless_it_runs_a_handler) {
  Gate gate;
  Loop loop(1);
  auto server = std::make_unique<Server>(quick().dispatcher(loop.takes()));
  const Opening opening(gate);
  server->on("wait", [&] { gate.pass(); });
  server->start();
  Talking client(server->port(), kInBand);
  client.say(request_frame(1, "wait"));
  ASSERT_TRUE(gate.holds(1));
  auto destroyed = std::async(std::launch::async, [&] { server.reset(); });
  EXPECT_EQ(destroyed.wait_for(milliseconds(100)), std::future_status::timeout);
  gate.open();
  EXPECT_EQ(destroyed.wait_for(kDeadline), std::future_status::ready);
}

TEST(AHostsLoop, that_throws_leaves_the_server_well) {
  Loop loop(1);
  std::atomic<int> refused{0};
  Server server{quick().dispatcher([&](Task task) {
    if (refused++ % 2 == 0) throw std::runtime_error("not now");
    loop.post(std::move(task));
  })};
  server.on("echo", [](int value) { return value; });
  server.start();
  Talking client(server.port(), kInBand);
  for (std::uint64_t id = 1; id <= 10; ++id) client.say(request_frame(id, "echo", "1"));
  EXPECT_EQ(client.reply().data, "1");
  loop.end();
}

}  // namespace
}  // namespace pushwire
