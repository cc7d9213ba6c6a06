// Parsers of the kernel's text files, as functions from text to values. A line that is not what proc(5) says is left
// out, a file without the figures is nullopt: kernels differ, and containers show less.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "readings.hpp"

namespace device_monitor {

// Names and devices beyond these are left out, so that a host with thousands of virtual ones keeps its events small.
inline constexpr std::size_t kMostCores = 1024;
inline constexpr std::size_t kMostDevices = 64;
inline constexpr std::size_t kMostCommandBytes = 4096;

std::optional<CpuReading> parse_cpu_stat(std::string_view stat);          // /proc/stat
std::optional<MemoryReading> parse_memory(std::string_view meminfo);      // /proc/meminfo
std::optional<LoadReading> parse_load(std::string_view loadavg);          // /proc/loadavg
std::optional<double> parse_uptime(std::string_view uptime);              // /proc/uptime; seconds
std::vector<Traffic> parse_network(std::string_view net_dev);             // /proc/net/dev
std::optional<ProcessReading> parse_process_stat(std::string_view stat);  // /proc/[pid]/stat
std::optional<double> parse_boot_time(std::string_view stat);             // /proc/stat; Unix seconds
std::map<unsigned, std::string> parse_users(std::string_view passwd);     // /etc/passwd; names by number

// /proc/[pid]/cmdline, each word ended by a NUL. Programs that write a title of their own there often leave padding
// behind it, which is left out. Of what is longer than kMostCommandBytes there is the beginning.
CommandLine parse_command_line(std::string_view cmdline);

// /proc/diskstats: whole physical disks that were used since boot. Partitions and what is stacked upon other disks
// (loop, device mapper, RAID) would count the same bytes twice.
std::vector<Traffic> parse_disks(std::string_view diskstats);

// A sensor's file, in thousandths of a degree Celsius. What no device on Earth can have is a broken sensor: nullopt.
std::optional<double> parse_temperature(std::string_view millidegrees);

// /sys/class/net/*/operstate. Drivers without the notion, such as loopback, say "unknown" while they work.
bool parse_link_up(std::string_view operstate);

}  // namespace device_monitor
