#include "device.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "file_machine.hpp"

namespace device_monitor {
namespace {

namespace fs = std::filesystem;

using DeviceFiles = FileMachine;

TEST_F(DeviceFiles, a_machine_without_any_file_has_no_figures_and_no_errors) {
  const Device device(root_);
  EXPECT_FALSE(device.cpu());
  EXPECT_FALSE(device.memory());
  EXPECT_FALSE(device.load());
  EXPECT_FALSE(device.uptime());
  EXPECT_TRUE(device.network().empty());
  EXPECT_TRUE(device.disks().empty());
  EXPECT_TRUE(device.temperatures().empty());
  EXPECT_TRUE(device.links().empty());
  EXPECT_TRUE(device.process_ids().empty());
  EXPECT_FALSE(device.process(1));
  EXPECT_EQ(device.user_of(1), "");
  EXPECT_EQ(device.host_name(), "");
}

TEST_F(DeviceFiles, sensors_of_both_kinds_are_found_and_broken_ones_left_out) {
  write("sys/class/thermal/thermal_zone0/type", "cpu-thermal\n");
  write("sys/class/thermal/thermal_zone0/temp", "41000\n");
  write("sys/class/thermal/thermal_zone1/temp", "broken\n");
  write("sys/class/thermal/cooling_device0/type", "fan\n");
  write("sys/class/hwmon/hwmon0/name", "coretemp\n");
  write("sys/class/hwmon/hwmon0/temp1_input", "50500\n");
  write("sys/class/hwmon/hwmon0/temp1_label", "Core 0\n");
  write("sys/class/hwmon/hwmon0/temp2_input", "51000\n");
  write("sys/class/hwmon/hwmon0/fan1_input", "900\n");
  const auto found = Device(root_).temperatures();
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].name, "coretemp Core 0");
  EXPECT_DOUBLE_EQ(found[0].celsius, 50.5);
  EXPECT_EQ(found[1].name, "coretemp temp2");
  EXPECT_EQ(found[2].name, "cpu-thermal");
}

TEST_F(DeviceFiles, two_sensors_of_one_name_are_told_apart) {
  for (const char* zone : {"thermal_zone0", "thermal_zone1", "thermal_zone2"}) {
    write(fs::path("sys/class/thermal") / zone / "type", "acpitz\n");
    write(fs::path("sys/class/thermal") / zone / "temp", "30000\n");
  }
  const auto found = Device(root_).temperatures();
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].name, "acpitz");
  EXPECT_EQ(found[1].name, "acpitz #2");
  EXPECT_EQ(found[2].name, "acpitz #3");
}

TEST_F(DeviceFiles, links_tell_their_state) {
  write("sys/class/net/eth0/operstate", "down\n");
  write("sys/class/net/lo/operstate", "unknown\n");
  write("sys/class/net/bonding_masters", "");
  const auto links = Device(root_).links();
  ASSERT_EQ(links.size(), 2u);
  EXPECT_FALSE(links[0].up);
  EXPECT_TRUE(links[1].up);
}

TEST_F(DeviceFiles, processes_are_the_folders_with_a_number) {
  run(12, "sh");
  write("proc/self/stat", "");
  write("proc/12x/stat", "");
  write("etc/passwd", "somebody:x:" + std::to_string(::getuid()) + ":0::/:\n");
  const Device device(root_);
  EXPECT_EQ(device.process_ids(), std::vector<int>{12});
  EXPECT_EQ(device.process(12)->name, "sh");
  EXPECT_EQ(device.user_of(12), "somebody");
}

TEST_F(DeviceFiles, a_command_line_is_read_and_one_without_end_is_cut) {
  using namespace std::string_literals;
  write("proc/12/cmdline", "sh\0-c\0sleep 1\0"s);
  write("proc/13/cmdline", std::string(10'000'000, 'x'));
  const Device device(root_);
  EXPECT_EQ(device.command_line(12).words, (std::vector<std::string>{"sh", "-c", "sleep 1"}));
  EXPECT_TRUE(device.command_line(13).cut);
  EXPECT_TRUE(device.command_line(14).words.empty());
}

TEST_F(DeviceFiles, open_files_are_counted_where_they_may_be_seen) {
  write("proc/12/fd/0", "");
  write("proc/12/fd/17", "");
  fs::create_directories(root_ / "proc/13/fd");
  const Device device(root_);
  EXPECT_EQ(device.open_files(12), 2u);
  EXPECT_EQ(device.open_files(13), 0u);
  EXPECT_FALSE(device.open_files(14));
}

TEST(Device, reads_the_machine_that_the_test_runs_on) {
  const Device device;
  EXPECT_TRUE(device.cpu());
  EXPECT_TRUE(device.memory());
  const auto self = device.process(::getpid());
  ASSERT_TRUE(self);
  EXPECT_GT(self->resident_pages, 0u);
}

}  // namespace
}  // namespace device_monitor
