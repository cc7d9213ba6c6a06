#include "load/server_figures.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace pushwire::bench::load {
namespace {

TEST(ServerFiguresTest, cpu_time_is_user_and_system_behind_a_name_that_may_hold_anything) {
  const double tick = 1.0 / static_cast<double>(sysconf(_SC_CLK_TCK));
  EXPECT_DOUBLE_EQ(process_seconds("42 (a) b (c) 1) S 1 2 3 4 5 6 7 8 9 10 300 200 0 0 20 0 1"), 500 * tick);
  EXPECT_EQ(process_seconds("42 (short) S 1 2"), 0);
  EXPECT_EQ(process_seconds(""), 0);
}

TEST(ServerFiguresTest, a_core_is_busy_with_all_but_idling_and_waiting) {
  const double tick = 1.0 / static_cast<double>(sysconf(_SC_CLK_TCK));
  const char* const stat = "cpu  9 9 9 9 9 9 9\ncpu0 1 2 3 1000 1000 4 5 0 0 0\ncpu1 10 0 0 0 0 0 0 0\n";
  EXPECT_DOUBLE_EQ(core_seconds(stat, 0), 15 * tick);
  EXPECT_DOUBLE_EQ(core_seconds(stat, 1), 10 * tick);
  EXPECT_EQ(core_seconds(stat, 2), 0);
}

TEST(ServerFiguresTest, fields_are_found_by_their_whole_name) {
  const char* const status = "Name:\tx\nNotVmRSS:\t5 kB\nVmRSS:\t  1234 kB\nnonvoluntary_ctxt_switches:\t7\n";
  EXPECT_EQ(status_field(status, "VmRSS"), 1234);
  EXPECT_EQ(status_field(status, "voluntary_ctxt_switches"), 0);
  EXPECT_EQ(status_field(status, "Threads"), 0);
}

TEST(ServerFiguresTest, a_process_that_lives_has_figures) {
  const ServerFigures figures = ServerProbe(getpid(), -1).read();
  EXPECT_GT(figures.rss_kb, 0);
  EXPECT_GE(figures.threads, 1);
}

TEST(ServerFiguresTest, of_no_process_all_figures_are_zero) {
  const ServerFigures figures = ServerProbe(0, -1).read();
  EXPECT_EQ(figures.rss_kb, 0);
  EXPECT_EQ(figures.cpu_s, 0);
}

}  // namespace
}  // namespace pushwire::bench::load
