#include "monitor.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "file_machine.hpp"

namespace device_monitor {
namespace {

namespace fs = std::filesystem;

// A machine of a few files, and a server that nobody watches.
class MonitorOfFiles : public FileMachine {
 protected:
  std::uint64_t events() const { return server_.stats().events; }

  pushwire::Server server_;
};

TEST_F(MonitorOfFiles, an_empty_machine_has_nothing_to_tell_but_its_trend) {
  Monitor monitor(server_, Device(root_));
  const auto about = events();
  monitor.step(0);
  monitor.step(1.5);
  EXPECT_EQ(events(), about);
  monitor.step(2);
  EXPECT_EQ(events(), about + 1);
}

TEST_F(MonitorOfFiles, figures_come_with_each_round_and_rates_from_the_second_one_on) {
  write("proc/meminfo", "MemTotal: 100 kB\nMemAvailable: 50 kB\n");
  write("proc/stat", "cpu 1 1 1 1\n");
  Monitor monitor(server_, Device(root_));
  const auto before = events();
  monitor.step(0);
  EXPECT_EQ(events(), before + 1);
  monitor.step(0.5);
  EXPECT_EQ(events(), before + 3);
}

TEST_F(MonitorOfFiles, programs_that_come_and_go_are_told_once_a_second_and_kernel_threads_never) {
  run(1, "init");
  Monitor monitor(server_, Device(root_));
  const auto before = events();
  monitor.step(0);
  run(7, "sshd");
  run(8, "kworker/0:1", std::to_string(0x00200000));
  monitor.step(0.5);
  EXPECT_EQ(events(), before);
  monitor.step(1);
  EXPECT_EQ(events(), before + 1);
  fs::remove_all(root_ / "proc/7");
  fs::remove_all(root_ / "proc/8");
  monitor.step(1.9);
  EXPECT_EQ(events(), before + 1);
  monitor.step(2.1);
  EXPECT_EQ(events(), before + 3) << "the end of sshd, and the trend";
}

TEST_F(MonitorOfFiles, processes_and_temperatures_that_nobody_watches_are_not_made) {
  run(1, "init");
  write("sys/class/thermal/thermal_zone0/temp", "41000\n");
  Monitor monitor(server_, Device(root_));
  const auto before = events();
  monitor.step(0);
  monitor.step(1);
  EXPECT_EQ(events(), before);
}

}  // namespace
}  // namespace device_monitor
