#include "steering.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <limits>
#include <string>

namespace device_monitor {
namespace {

using std::chrono::milliseconds;

struct Cockpit {
  explicit Cockpit(Steering::Rights rights = Steering::Rights::steer) : steering(server, Device{}, pace, rights) {}

  // The code and the sentence that `act` is refused with.
  template <class Act>
  static std::string refusal(Act act) {
    try {
      act();
    } catch (const pushwire::RequestError& error) {
      return error.code() + ": " + error.what();
    }
    return "none";
  }
  std::uint64_t events() const { return server.stats().events; }

  pushwire::Server server{pushwire::Options{}.dispatch_in_poll()};
  Pace pace{milliseconds(500), {}};
  Steering steering;
};

TEST(Steering, the_interval_is_changed_at_once_and_told) {
  Cockpit cockpit;
  const auto before = cockpit.events();
  EXPECT_EQ(cockpit.steering.set_interval("a", 50).interval_ms, 50);
  EXPECT_EQ(cockpit.pace.interval(), milliseconds(50));
  EXPECT_EQ(cockpit.steering.set_interval("a", 60'000).interval_ms, 60'000);
  EXPECT_EQ(cockpit.events(), before + 2);
}

TEST(Steering, an_interval_out_of_range_is_refused_with_a_sentence_and_changes_nothing) {
  Cockpit cockpit;
  const auto before = cockpit.events();
  for (const std::int64_t bad : {std::int64_t{49}, std::int64_t{60'001}, std::int64_t{0}, std::int64_t{-500},
                                 std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(Cockpit::refusal([&] { cockpit.steering.set_interval("a", bad); }),
              "out-of-range: The interval can be 50 to 60000 ms, not " + std::to_string(bad) + ".");
  }
  EXPECT_EQ(cockpit.pace.interval(), milliseconds(500));
  EXPECT_EQ(cockpit.events(), before);
}

TEST(Steering, a_pause_and_its_end_are_told_once_each) {
  Cockpit cockpit;
  const auto before = cockpit.events();
  EXPECT_TRUE(cockpit.steering.set_paused("a", true).paused);
  EXPECT_TRUE(cockpit.steering.set_paused("b", true).paused);
  EXPECT_TRUE(cockpit.pace.paused());
  EXPECT_EQ(cockpit.events(), before + 1);
  EXPECT_FALSE(cockpit.steering.set_paused("b", false).paused);
  EXPECT_FALSE(cockpit.pace.paused());
  EXPECT_EQ(cockpit.events(), before + 2);
}

TEST(Steering, a_monitor_that_is_read_only_refuses_every_change_but_shows_processes) {
  Cockpit cockpit(Steering::Rights::look);
  const std::string sentence = "read-only: This monitor cannot be steered: it is read-only.";
  EXPECT_EQ(Cockpit::refusal([&] { cockpit.steering.set_interval("a", 100); }), sentence);
  EXPECT_EQ(Cockpit::refusal([&] { cockpit.steering.set_paused("a", true); }), sentence);
  EXPECT_EQ(cockpit.pace.interval(), milliseconds(500));
  EXPECT_FALSE(cockpit.pace.paused());
  EXPECT_EQ(cockpit.steering.details(::getpid()).pid, ::getpid());
}

TEST(Steering, a_process_that_is_gone_is_refused_by_its_number) {
  Cockpit cockpit;
  EXPECT_EQ(Cockpit::refusal([&] { cockpit.steering.details(2'147'483'647); }),
            "no-such-process: There is no process 2147483647.");
}

}  // namespace
}  // namespace device_monitor
