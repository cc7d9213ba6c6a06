#include "line_queue.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pipe_sample {
namespace {

using std::chrono::milliseconds;

constexpr LineQueue::Time at(int ms) { return LineQueue::Time{} + milliseconds(ms); }

// A queue that notes what becomes of its lines: "a:written".
struct Desk {
  explicit Desk(LineQueue::Limits limits = {3, 100, milliseconds(1000)}) : queue(limits) {}

  void push(const std::string& line, int ms = 0) {
    queue.push(
        line, [this, line](LineQueue::Outcome outcome) { outcomes.push_back(line + ':' + word(outcome)); }, at(ms));
  }
  std::vector<std::string> told() {
    for (const auto& ended : queue.take_ended()) ended.done(ended.outcome);
    return std::exchange(outcomes, {});
  }
  static std::string word(LineQueue::Outcome outcome) {
    switch (outcome) {
      case LineQueue::Outcome::written: return "written";
      case LineQueue::Outcome::busy: return "busy";
      case LineQueue::Outcome::closed: return "closed";
    }
    return "?";
  }

  LineQueue queue;
  std::vector<std::string> outcomes;
};
using Told = std::vector<std::string>;

TEST(LineQueue, lines_are_written_in_order_and_in_pieces) {
  Desk desk;
  EXPECT_EQ(desk.queue.front(), "");
  desk.push("abc");
  desk.push("d");
  EXPECT_EQ(desk.queue.front(), "abc");
  desk.queue.wrote(2);
  EXPECT_EQ(desk.queue.front(), "c");
  EXPECT_EQ(desk.told(), Told{});
  desk.queue.wrote(1);
  EXPECT_EQ(desk.told(), Told{"abc:written"});
  EXPECT_EQ(desk.queue.front(), "d");
  desk.queue.wrote(1);
  EXPECT_EQ(desk.told(), Told{"d:written"});
  EXPECT_EQ(desk.queue.front(), "");
}

TEST(LineQueue, a_line_over_the_limit_of_lines_is_refused_and_the_others_stay) {
  Desk desk;
  for (const char* line : {"a", "b", "c", "d"}) desk.push(line);
  EXPECT_EQ(desk.told(), Told{"d:busy"});
  desk.queue.wrote(1);
  desk.push("e");
  EXPECT_EQ(desk.told(), Told{"a:written"});
  EXPECT_EQ(desk.queue.front(), "b");
}

TEST(LineQueue, a_line_over_the_limit_of_bytes_is_refused_until_there_is_room) {
  Desk desk({10, 4, milliseconds(1000)});
  desk.push("abc");
  desk.push("de");
  desk.push("f");
  EXPECT_EQ(desk.told(), Told{"de:busy"});
  desk.queue.wrote(3);
  desk.push("ghi");
  EXPECT_EQ(desk.told(), Told{"abc:written"});
  desk.push("0123456789");
  EXPECT_EQ(desk.told(), Told{"0123456789:busy"});
}

TEST(LineQueue, a_line_that_nobody_takes_in_time_is_given_up) {
  Desk desk;
  desk.push("a", 0);
  desk.push("b", 500);
  EXPECT_EQ(desk.queue.next_expiry(), at(1000));
  desk.queue.expire(at(999));
  EXPECT_EQ(desk.told(), Told{});
  desk.queue.expire(at(1000));
  EXPECT_EQ(desk.told(), Told{"a:busy"});
  EXPECT_EQ(desk.queue.front(), "b");
  EXPECT_EQ(desk.queue.next_expiry(), at(1500));
}

TEST(LineQueue, a_line_that_has_begun_is_never_given_up_but_those_behind_it_are) {
  Desk desk;
  desk.push("abc");
  desk.push("d");
  desk.queue.wrote(1);
  desk.queue.expire(at(5000));
  EXPECT_EQ(desk.told(), Told{"d:busy"});
  EXPECT_EQ(desk.queue.front(), "bc");
  EXPECT_FALSE(desk.queue.next_expiry());
  desk.queue.wrote(2);
  EXPECT_EQ(desk.told(), Told{"abc:written"});
}

TEST(LineQueue, once_closed_all_that_waits_and_all_that_comes_is_closed) {
  Desk desk;
  desk.push("abc");
  desk.push("d");
  desk.queue.wrote(1);
  desk.queue.close();
  desk.push("e");
  EXPECT_EQ(desk.told(), (Told{"abc:closed", "d:closed", "e:closed"}));
  EXPECT_EQ(desk.queue.front(), "");
  desk.queue.wrote(2);
  EXPECT_FALSE(desk.queue.next_expiry());
}

}  // namespace
}  // namespace pipe_sample
