#include "session/strand.hpp"

#include <gtest/gtest.h>

#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace pushwire::session {
namespace {

// Where tasks wait until the test lets them run.
struct Board {
  Post post() {
    return [this](Task task) {
      if (std::exchange(full, false)) throw std::bad_alloc();
      due.push_back(std::move(task));
    };
  }
  bool step() {
    if (due.empty()) return false;
    const Task task = std::move(due.front());
    due.pop_front();
    task();
    return true;
  }
  void run() {
    while (step()) {
    }
  }
  std::deque<Task> due;
  bool full = false;
};

TEST(Strand, runs_its_tasks_in_order_and_none_at_once) {
  Board board;
  const auto strand = std::make_shared<Strand>(board.post());
  std::string said;
  for (const char c : {'a', 'b', 'c'}) strand->run([&said, c] { said += c; });
  EXPECT_EQ(said, "");
  EXPECT_EQ(board.due.size(), 1u) << "one step at a time";
  board.run();
  EXPECT_EQ(said, "abc");
  EXPECT_TRUE(board.due.empty());
}

TEST(Strand, lets_another_have_its_turn_between_two_tasks) {
  Board board;
  const auto busy = std::make_shared<Strand>(board.post());
  const auto other = std::make_shared<Strand>(board.post());
  std::string said;
  for (int i = 0; i < 3; ++i) busy->run([&] { said += 'b'; });
  for (int i = 0; i < 2; ++i) other->run([&] { said += 'o'; });
  board.run();
  EXPECT_EQ(said, "bobob");
}

TEST(Strand, runs_what_a_task_adds_behind_what_is_due) {
  Board board;
  const auto strand = std::make_shared<Strand>(board.post());
  std::string said;
  strand->run([&] {
    strand->run([&] { said += 'c'; });
    said += 'a';
  });
  strand->run([&] { said += 'b'; });
  board.run();
  EXPECT_EQ(said, "abc");
}

TEST(Strand, takes_a_task_from_what_a_task_held_as_it_goes) {
  Board board;
  const auto strand = std::make_shared<Strand>(board.post());
  bool ran = false;
  auto held = std::shared_ptr<void>(nullptr, [&](void*) { strand->run([&] { ran = true; }); });
  strand->run([held = std::move(held)] {});
  board.run();
  EXPECT_TRUE(ran);
}

TEST(Strand, whose_step_could_not_be_posted_goes_on_with_the_next_task) {
  Board board;
  const auto strand = std::make_shared<Strand>(board.post());
  std::string said;
  board.full = true;
  strand->run([&] { said += 'a'; });
  EXPECT_TRUE(board.due.empty());
  strand->run([&] { said += 'b'; });
  board.run();
  EXPECT_EQ(said, "ab");
  strand->run([&] {
    said += 'c';
    board.full = true;
  });
  strand->run([&] { said += 'd'; });
  board.run();
  EXPECT_EQ(said, "abc");
  strand->run([&] { said += 'e'; });
  board.run();
  EXPECT_EQ(said, "abcde");
}

TEST(Strand, whose_step_could_not_be_posted_lets_go_of_its_tasks_at_the_end) {
  Board board;
  auto strand = std::make_shared<Strand>(board.post());
  const std::weak_ptr<Strand> watched = strand;
  board.full = true;
  strand->run([strand] {});
  strand->clear();
  strand.reset();
  EXPECT_TRUE(watched.expired());
}

TEST(Strand, lives_as_long_as_it_has_something_to_do) {
  Board board;
  auto strand = std::make_shared<Strand>(board.post());
  std::string said;
  strand->run([&] { said += 'a'; });
  strand->run([&] { said += 'b'; });
  strand.reset();
  board.run();
  EXPECT_EQ(said, "ab");
}

// A session's messages hold the session, which holds the strand.
TEST(Strand, whose_step_is_dropped_lets_go_of_what_its_tasks_hold) {
  struct Session {
    std::shared_ptr<Strand> strand;
  };
  Board board;
  auto session = std::make_shared<Session>(Session{std::make_shared<Strand>(board.post())});
  const std::weak_ptr<Session> seen = session;
  std::string said;
  for (int i = 0; i < 3; ++i) session->strand->run([session, &said] { said += 'x'; });
  session.reset();
  EXPECT_FALSE(seen.expired());
  board.due.clear();
  EXPECT_TRUE(seen.expired());
  EXPECT_EQ(said, "");
}

TEST(Strand, drops_too_what_goes_to_a_place_that_takes_nothing_any_more) {
  int destroyed = 0;
  const auto strand = std::make_shared<Strand>([](const Task&) {});
  for (int i = 0; i < 2; ++i) {
    auto held = std::shared_ptr<void>(nullptr, [&](void*) { ++destroyed; });
    strand->run([held = std::move(held)] {});
    EXPECT_EQ(destroyed, i + 1);
  }
}

TEST(Strand, keeps_each_threads_order_among_many_threads) {
  std::mutex mutex;
  std::vector<std::thread> workers;
  std::deque<Task> due;
  bool over = false;
  const auto strand = std::make_shared<Strand>([&](Task task) {
    const std::lock_guard lock(mutex);
    due.push_back(std::move(task));
  });
  std::vector<int> seen[2];  // needs no lock of its own
  for (int w = 0; w < 3; ++w) {
    workers.emplace_back([&] {
      for (;;) {
        Task task;
        {
          const std::lock_guard lock(mutex);
          if (due.empty() && over) return;
          if (!due.empty()) {
            task = std::move(due.front());
            due.pop_front();
          }
        }
        if (task) task();
        else std::this_thread::yield();
      }
    });
  }
  std::vector<std::thread> callers;
  for (int c = 0; c < 2; ++c) {
    callers.emplace_back([&, c] {
      for (int i = 0; i < 500; ++i) strand->run([&seen, c, i] { seen[c].push_back(i); });
    });
  }
  for (auto& caller : callers) caller.join();
  bool done = false;
  strand->run([&] {
    const std::lock_guard lock(mutex);
    done = true;
  });
  for (bool end = false; !end; std::this_thread::yield()) {
    const std::lock_guard lock(mutex);
    end = over = done;
  }
  for (auto& worker : workers) worker.join();
  for (const auto& one : seen) {
    ASSERT_EQ(one.size(), 500u);
    for (int i = 0; i < 500; ++i) EXPECT_EQ(one[static_cast<std::size_t>(i)], i);
  }
}

}  // namespace
}  // namespace pushwire::session
