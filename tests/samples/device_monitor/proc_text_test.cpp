#include "proc_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace device_monitor {
namespace {

TEST(CpuStat, busy_is_all_time_but_idle_and_waiting_for_disks) {
  const auto cpu = parse_cpu_stat(
      "cpu  10 1 20 100 7 3 4 5 6 7\n"
      "cpu0 5 0 10 50 3 1 2 2 0 0\n"
      "cpu3 5 1 10 50 4 2 2 3 0 0\n"
      "intr 12345 0 0\n");
  ASSERT_TRUE(cpu);
  EXPECT_EQ(cpu->total.busy, 10u + 1 + 20 + 3 + 4 + 5);
  EXPECT_EQ(cpu->total.idle, 107u);
  ASSERT_EQ(cpu->cores.size(), 2u);
  EXPECT_EQ(cpu->cores.at(3).idle, 54u);
}

TEST(CpuStat, lines_of_early_kernels_with_four_figures_are_enough) {
  const auto cpu = parse_cpu_stat("cpu 1 2 3 4\n");
  ASSERT_TRUE(cpu);
  EXPECT_EQ(cpu->total.busy, 6u);
}

TEST(CpuStat, bad_lines_are_left_out) {
  const auto cpu = parse_cpu_stat(
      "cpu  1 2 3 4 5 6 7 8\n"
      "cpu0 1 2\n"
      "cpux 1 2 3 4\n"
      "cpu99999999999999999999 1 2 3 4\n"
      "cpu5000 1 2 3 4\n"
      "cpu1 1 -2 3 4\n"
      "cpufreq 1 2 3 4\n");
  ASSERT_TRUE(cpu);
  EXPECT_TRUE(cpu->cores.empty());
}

TEST(CpuStat, no_total_is_no_reading) {
  EXPECT_FALSE(parse_cpu_stat(""));
  EXPECT_FALSE(parse_cpu_stat("cpu0 1 2 3 4\n"));
  EXPECT_FALSE(parse_cpu_stat(std::string("cpu\0 1 2 3 4", 12)));
}

TEST(Memory, figures_are_bytes) {
  const auto memory = parse_memory(
      "MemTotal:        2000 kB\nMemFree:          100 kB\nMemAvailable:    1500 kB\nBuffers:           10 kB\n"
      "Cached:           200 kB\nSwapTotal:        500 kB\nSwapFree:         400 kB\nSReclaimable:       5 kB\n");
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->total, 2000u * 1024);
  EXPECT_EQ(memory->available, 1500u * 1024);
  EXPECT_EQ(memory->cached, 215u * 1024);
  EXPECT_EQ(memory->swap_total, 500u * 1024);
  EXPECT_EQ(memory->swap_used, 100u * 1024);
}

TEST(Memory, kernels_without_available_get_free_and_cached) {
  const auto memory = parse_memory("MemTotal: 1000 kB\nMemFree: 100 kB\nCached: 50 kB\nBuffers: 5 kB\n");
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->available, 155u * 1024);
}

TEST(Memory, figures_that_contradict_each_other_do_not_go_below_zero) {
  const auto memory = parse_memory("MemTotal: 10 kB\nMemAvailable: 20 kB\nSwapTotal: 1 kB\nSwapFree: 9 kB\n");
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->available, memory->total);
  EXPECT_EQ(memory->swap_used, 0u);
}

TEST(Memory, without_a_total_there_is_no_reading) {
  EXPECT_FALSE(parse_memory(""));
  EXPECT_FALSE(parse_memory("MemTotal: lots kB\n\xff\xfe:::\n"));
  EXPECT_FALSE(parse_memory("MemTotal: 18446744073709551615 kB\n"));
}

TEST(Load, three_averages_or_nothing) {
  const auto load = parse_load("0.25 1.50 2.00 1/123 4567\n");
  ASSERT_TRUE(load);
  EXPECT_DOUBLE_EQ(load->one, 0.25);
  EXPECT_DOUBLE_EQ(load->fifteen, 2);
  EXPECT_FALSE(parse_load("0.25 1.50"));
  EXPECT_FALSE(parse_load("nan 1 2"));
  EXPECT_FALSE(parse_load("\xff"));
}

TEST(Uptime, is_the_first_figure) {
  EXPECT_EQ(parse_uptime("350735.47 234388.90\n"), 350735.47);
  EXPECT_FALSE(parse_uptime("-1 2"));
  EXPECT_FALSE(parse_uptime("soon"));
}

TEST(Network, bytes_in_and_out_of_every_interface) {
  const auto all = parse_network(
      "Inter-|   Receive                                                |  Transmit\n"
      " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls\n"
      "    lo:    3267      29    0    0    0     0          0         0     3268      29    0    0    0     0 0 0\n"
      "eth0:1:193181280   4016    0    0    0     0          0         0   173625    2154    0    0    0     0 0 0\n");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "lo");
  EXPECT_EQ(all[0].in, 3267u);
  EXPECT_EQ(all[0].out, 3268u);
  EXPECT_EQ(all[1].name, "eth0:1");
  EXPECT_EQ(all[1].in, 193181280u);
}

TEST(Network, short_lines_and_bad_bytes_are_left_out) {
  EXPECT_TRUE(parse_network("eth0: 1 2 3\n: 1 2 3 4 5 6 7 8 9\n\xff\xfe\n").empty());
}

TEST(Network, a_host_with_thousands_of_interfaces_is_cut_short) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "veth" + std::to_string(i) + ": 1 2 3 4 5 6 7 8 9\n";
  EXPECT_EQ(parse_network(text).size(), kMostDevices);
}

TEST(Disks, whole_disks_are_told_and_what_is_stacked_or_part_of_them_is_not) {
  const auto disks = parse_disks(
      "   7       0 loop0 5 0 8 0 5 0 8 0 0 0 0\n"
      "   8       0 sda 10 0 100 0 20 0 200 0 0 0 0\n"
      "   8       1 sda1 10 0 100 0 20 0 200 0 0 0 0\n"
      " 259       0 nvme0n1 1 0 2 0 3 0 4 0 0 0 0\n"
      " 259       1 nvme0n1p1 1 0 2 0 3 0 4 0 0 0 0\n"
      " 253       0 dm-0 1 0 2 0 3 0 4 0 0 0 0\n"
      "   8      16 sdb 0 0 0 0 0 0 0 0 0 0 0\n"
      "   8      17 sdb1 0 0 0 0 1 0 2 0 0 0 0\n"
      " 179       0 mmcblk0 1 0 2 0 3 0 4\n");
  ASSERT_EQ(disks.size(), 3u);
  EXPECT_EQ(disks[0].name, "sda");
  EXPECT_EQ(disks[0].in, 100u * 512);
  EXPECT_EQ(disks[0].out, 200u * 512);
  EXPECT_EQ(disks[1].name, "nvme0n1");
  EXPECT_EQ(disks[2].name, "mmcblk0");
}

TEST(Disks, a_disk_whose_name_ends_with_a_digit_is_no_partition_of_another) {
  const auto disks = parse_disks("1 0 nvme0n1 1 0 2 0 3 0 4\n1 1 nvme0n123 1 0 2 0 3 0 4\n1 2 vda1 1 0 2 0 3 0 4\n");
  EXPECT_EQ(disks.size(), 3u);
}

TEST(Disks, bad_bytes_are_left_out) { EXPECT_TRUE(parse_disks("8 0 sda x\n8 0\n\xff\xff\xff\n\n").empty()); }

constexpr char kStat[] =
    "4711 (name) S 1 4711 4711 0 -1 4194560 1 2 3 4 150 50 7 8 20 0 1 0 98765 12345678 321 18446744073709551615 1 1\n";

TEST(ProcessStat, figures_of_a_process) {
  const auto process = parse_process_stat(kStat);
  ASSERT_TRUE(process);
  EXPECT_EQ(process->pid, 4711);
  EXPECT_EQ(process->name, "name");
  EXPECT_FALSE(process->kernel_thread);
  EXPECT_EQ(process->state, 'S');
  EXPECT_EQ(process->parent, 1);
  EXPECT_EQ(process->threads, 1u);
  EXPECT_EQ(process->cpu_ticks, 200u);
  EXPECT_EQ(process->started, 98765u);
  EXPECT_EQ(process->resident_pages, 321u);
}

TEST(ProcessStat, a_name_may_hold_spaces_parentheses_and_any_byte) {
  std::string stat = kStat;
  stat.replace(stat.find("name"), 4, "a) S 1 (\xff b");
  const auto process = parse_process_stat(stat);
  ASSERT_TRUE(process);
  EXPECT_EQ(process->name, "a) S 1 (\xff b");
  EXPECT_EQ(process->cpu_ticks, 200u);
}

TEST(ProcessStat, kernel_threads_are_known_by_their_flag) {
  const auto process =
      parse_process_stat("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 1 0 0 20 0 1 0 3 0 0 18446744073709551615\n");
  ASSERT_TRUE(process);
  EXPECT_TRUE(process->kernel_thread);
}

TEST(ProcessStat, every_way_to_cut_it_short_is_refused_or_whole) {
  const std::string whole = kStat;
  const auto resident = whole.find("321");
  for (std::size_t length = 0; length <= resident; ++length) {
    EXPECT_FALSE(parse_process_stat(whole.substr(0, length))) << length;
  }
  EXPECT_FALSE(parse_process_stat(")4711("));
  EXPECT_FALSE(parse_process_stat("-1 (x) S 1 1 1 0 -1 0 1 2 3 4 150 50 7 8 20 0 1 0 9 1 3 1"));
}

TEST(BootTime, is_a_line_of_its_own_in_unix_seconds) {
  EXPECT_EQ(parse_boot_time("cpu 1 2 3 4\nbtime 1700000000\nprocesses 5\n"), 1'700'000'000);
  for (const char* bad : {"", "btime", "btime -1\n", "btime x\n", "xbtime 5\n", "cpu btime 5\n"}) {
    EXPECT_FALSE(parse_boot_time(bad)) << bad;
  }
}

using Words = std::vector<std::string>;

TEST(CommandLine, words_end_with_a_nul_and_may_hold_anything_else) {
  using namespace std::string_view_literals;
  EXPECT_EQ(parse_command_line("sh\0-c\0a b\n\xff\0"sv).words, (Words{"sh", "-c", "a b\n\xff"}));
  EXPECT_EQ(parse_command_line("sed\0\0s/a/b/\0"sv).words, (Words{"sed", "", "s/a/b/"}));
}

TEST(CommandLine, a_title_of_its_own_loses_its_padding) {
  using namespace std::string_view_literals;
  EXPECT_EQ(parse_command_line("nginx: worker process   \0\0\0\0"sv).words, Words{"nginx: worker process"});
}

TEST(CommandLine, a_kernel_thread_has_none) {
  EXPECT_TRUE(parse_command_line("").words.empty());
  EXPECT_TRUE(parse_command_line(std::string(9, '\0')).words.empty());
}

TEST(CommandLine, is_cut_at_its_limit_and_says_so) {
  const auto whole = parse_command_line(std::string(kMostCommandBytes, 'x') + '\0');
  EXPECT_FALSE(whole.cut);
  EXPECT_EQ(whole.words, Words{std::string(kMostCommandBytes, 'x')});
  const auto cut = parse_command_line(std::string(kMostCommandBytes + 1, 'x'));
  EXPECT_TRUE(cut.cut);
  EXPECT_EQ(cut.words, whole.words);
}

TEST(Users, names_by_number) {
  const auto users =
      parse_users("root:x:0:0:root:/root:/bin/sh\n\nbad line\n:x:5:\nme:x:1000:1000::/home/me:\nme2:x:1000:\n");
  EXPECT_EQ(users.size(), 2u);
  EXPECT_EQ(users.at(0), "root");
  EXPECT_EQ(users.at(1000), "me");
}

TEST(TemperatureFile, thousandths_of_a_degree) {
  EXPECT_EQ(parse_temperature("45250\n"), 45.25);
  EXPECT_EQ(parse_temperature("-5000"), -5);
  EXPECT_FALSE(parse_temperature(""));
  EXPECT_FALSE(parse_temperature("hot"));
  EXPECT_FALSE(parse_temperature("2147483647"));
}

TEST(LinkState, up_and_unknown_are_up) {
  EXPECT_TRUE(parse_link_up("up\n"));
  EXPECT_TRUE(parse_link_up("unknown\n"));
  EXPECT_FALSE(parse_link_up("down\n"));
  EXPECT_FALSE(parse_link_up("lowerlayerdown"));
  EXPECT_FALSE(parse_link_up(""));
}

}  // namespace
}  // namespace device_monitor
