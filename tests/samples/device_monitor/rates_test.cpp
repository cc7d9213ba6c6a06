#include "rates.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace device_monitor {
namespace {

constexpr std::uint64_t k32 = std::uint64_t{1} << 32;

TEST(Growth, a_counter_that_wrapped_around_grew_over_its_end) { EXPECT_EQ(growth(k32 - 100, 50), 150u); }

TEST(Growth, a_counter_that_began_anew_did_not_grow) {
  EXPECT_EQ(growth(5000, 20), 0u);
  EXPECT_EQ(growth(k32 * 5, 20), 0u);
  EXPECT_EQ(growth(k32 - 100, k32 - 200), 0u);
}

CpuReading cpu(std::uint64_t busy, std::uint64_t idle) {
  CpuReading reading;
  reading.total = {busy, idle};
  reading.cores[0] = {busy, idle};
  reading.cores[2] = {busy, idle};
  return reading;
}

TEST(CpuRates, the_first_reading_tells_nothing_the_second_a_percentage) {
  CpuRates rates;
  EXPECT_FALSE(rates.update(cpu(100, 100)));
  const auto use = rates.update(cpu(130, 110));
  ASSERT_TRUE(use);
  EXPECT_DOUBLE_EQ(use->total, 75);
  ASSERT_EQ(use->cores.size(), 3u);
  EXPECT_EQ(use->cores[0], 75);
  EXPECT_EQ(use->cores[1], std::nullopt) << "an offline core has no use";
}

TEST(CpuRates, two_readings_within_one_tick_are_idle_and_idle_time_that_falls_does_no_harm) {
  CpuRates rates;
  rates.update(cpu(100, 100));
  EXPECT_DOUBLE_EQ(rates.update(cpu(100, 100))->total, 0);
  EXPECT_DOUBLE_EQ(rates.update(cpu(110, 99))->total, 100);
}

TEST(CpuRates, a_core_that_came_online_is_told_from_its_second_reading_on) {
  CpuRates rates;
  rates.update(cpu(0, 0));
  auto now = cpu(1, 1);
  now.cores[3] = {1, 1};
  EXPECT_EQ(rates.update(now)->cores[3], std::nullopt);
  now.cores[3] = {2, 1};
  EXPECT_EQ(rates.update(now)->cores[3], 100);
}

TEST(TrafficRates, bytes_a_second_of_those_that_were_there_before) {
  TrafficRates rates;
  EXPECT_TRUE(rates.update({{"eth0", 1000, 500}}, 10).empty());
  const auto now = rates.update({{"eth0", 3000, 500}, {"wlan0", 9, 9}}, 12);
  ASSERT_EQ(now.size(), 1u);
  EXPECT_EQ(now[0].name, "eth0");
  EXPECT_DOUBLE_EQ(now[0].in, 1000);
  EXPECT_DOUBLE_EQ(now[0].out, 0);
}

TEST(TrafficRates, no_time_between_two_readings_is_no_rate) {
  TrafficRates rates;
  rates.update({{"eth0", 1, 1}}, 10);
  EXPECT_TRUE(rates.update({{"eth0", 2, 2}}, 10).empty());
}

ProcessReading process(int pid, std::uint64_t started, std::uint64_t ticks, std::uint64_t pages = 1) {
  ProcessReading reading;
  reading.pid = pid;
  reading.name = "p" + std::to_string(pid);
  reading.started = started;
  reading.cpu_ticks = ticks;
  reading.resident_pages = pages;
  return reading;
}

TEST(ProcessRates, percent_of_one_core_and_bytes) {
  ProcessRates rates({100, 4096});
  EXPECT_EQ(rates.update({process(1, 5, 1000, 3)}, 1).at(0).cpu, std::nullopt);
  const auto uses = rates.update({process(1, 5, 1300, 3)}, 3);
  EXPECT_EQ(uses.at(0).cpu, 150);
  EXPECT_EQ(uses.at(0).memory, 3u * 4096);
}

TEST(ProcessRates, another_process_with_the_same_pid_does_not_inherit) {
  ProcessRates rates({100, 4096});
  rates.update({process(1, 5, 1000)}, 1);
  EXPECT_EQ(rates.update({process(1, 6, 2000)}, 2).at(0).cpu, std::nullopt);
}

ProcessUse use(int pid, double percent, std::uint64_t memory) { return {pid, "p", "u", percent, memory}; }

TEST(Top, the_busiest_and_the_largest_are_both_there_in_order_of_use) {
  std::vector<ProcessUse> all;
  for (int pid = 1; pid <= 20; ++pid) all.push_back(use(pid, 0, 100));
  all.push_back(use(100, 50, 1));
  all.push_back(use(101, 1, 9999));
  const auto best = top(all, 2);
  ASSERT_EQ(best.size(), 4u);
  EXPECT_EQ(best[0].pid, 100);
  EXPECT_EQ(best[1].pid, 101);
}

TEST(Top, fewer_processes_than_asked_for_are_all) {
  EXPECT_EQ(top({use(1, 1, 1), use(2, 2, 2)}, 15).size(), 2u);
  EXPECT_TRUE(top({}, 15).empty());
}

}  // namespace
}  // namespace device_monitor
