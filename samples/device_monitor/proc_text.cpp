#include "proc_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace device_monitor {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Cuts the part before `end` off `rest`; all of it where there is no `end`.
std::string_view take_until(char end, std::string_view& rest) {
  const auto at = rest.find(end);
  const auto part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return part;
}

std::string_view take_word(std::string_view& rest) {
  while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
  std::size_t length = 0;
  while (length < rest.size() && !is_space(rest[length])) ++length;
  const auto word = rest.substr(0, length);
  rest.remove_prefix(length);
  return word;
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <class Number>
std::optional<Number> take_number(std::string_view& rest) {
  return number<Number>(take_word(rest));
}

// The numbers that `rest` begins with, at most N; how many there were is in `count`.
template <std::size_t N>
std::array<std::uint64_t, N> take_numbers(std::string_view& rest, std::size_t& count) {
  std::array<std::uint64_t, N> values{};
  for (count = 0; count < N; ++count) {
    const auto value = take_number<std::uint64_t>(rest);
    if (!value) break;
    values[count] = *value;
  }
  return values;
}

bool starts_with(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_stacked(std::string_view disk) {
  for (const std::string_view prefix : {"loop", "ram", "zram", "dm-", "md", "sr", "fd"}) {
    if (starts_with(disk, prefix)) return true;
  }
  return false;
}

// "sda1" of "sda", "nvme0n1p2" of "nvme0n1".
bool is_partition_of(std::string_view name, std::string_view disk) {
  if (disk.empty() || name.size() <= disk.size() || !starts_with(name, disk)) return false;
  auto rest = name.substr(disk.size());
  if (all_digits(disk.substr(disk.size() - 1))) {
    if (rest.front() != 'p') return false;
    rest.remove_prefix(1);
  }
  return all_digits(rest);
}

}  // namespace

std::optional<CpuReading> parse_cpu_stat(std::string_view stat) {
  CpuReading reading;
  bool has_total = false;
  while (!stat.empty()) {
    auto line = take_until('\n', stat);
    const auto name = take_word(line);
    if (!starts_with(name, "cpu")) continue;
    // user nice system idle iowait irq softirq steal; guest time is within user time. Early kernels end after idle.
    std::size_t count = 0;
    const auto ticks = take_numbers<8>(line, count);
    if (count < 4) continue;
    const CpuTimes times{ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7], ticks[3] + ticks[4]};
    if (name.size() == 3) {
      reading.total = times;
      has_total = true;
    } else if (const auto core = number<unsigned>(name.substr(3)); core && *core < kMostCores) {
      reading.cores[*core] = times;
    }
  }
  if (!has_total) return std::nullopt;
  return reading;
}

std::optional<MemoryReading> parse_memory(std::string_view meminfo) {
  std::map<std::string_view, std::uint64_t> bytes;
  while (!meminfo.empty()) {
    auto line = take_until('\n', meminfo);
    const auto name = take_until(':', line);
    const auto kibibytes = take_number<std::uint64_t>(line);
    if (kibibytes && *kibibytes <= UINT64_MAX / 1024) bytes[name] = *kibibytes * 1024;
  }
  MemoryReading reading;
  reading.total = bytes["MemTotal"];
  if (reading.total == 0) return std::nullopt;
  reading.cached = bytes["Cached"] + bytes["Buffers"] + bytes["SReclaimable"];
  const auto available = bytes.find("MemAvailable");  // since Linux 3.14
  reading.available = available != bytes.end() ? available->second : bytes["MemFree"] + reading.cached;
  reading.available = std::min(reading.available, reading.total);
  reading.swap_total = bytes["SwapTotal"];
  reading.swap_used = reading.swap_total - std::min(reading.swap_total, bytes["SwapFree"]);
  return reading;
}

std::optional<LoadReading> parse_load(std::string_view loadavg) {
  const auto one = take_number<double>(loadavg);
  const auto five = take_number<double>(loadavg);
  const auto fifteen = take_number<double>(loadavg);
  if (!one || !five || !fifteen || !std::isfinite(*one + *five + *fifteen)) return std::nullopt;
  return LoadReading{*one, *five, *fifteen};
}

std::optional<double> parse_uptime(std::string_view uptime) {
  const auto seconds = take_number<double>(uptime);
  return seconds && *seconds >= 0 ? seconds : std::nullopt;
}

std::vector<Traffic> parse_network(std::string_view net_dev) {
  std::vector<Traffic> interfaces;
  while (!net_dev.empty() && interfaces.size() < kMostDevices) {
    auto line = take_until('\n', net_dev);
    const auto colon = line.rfind(':');  // an alias such as "eth0:1" has one in its name
    if (colon == std::string_view::npos) continue;
    const auto name = trim(line.substr(0, colon));
    line.remove_prefix(colon + 1);
    std::size_t count = 0;
    const auto columns = take_numbers<9>(line, count);
    if (count == columns.size() && !name.empty()) interfaces.push_back({std::string(name), columns[0], columns[8]});
  }
  return interfaces;
}

std::vector<Traffic> parse_disks(std::string_view diskstats) {
  constexpr std::uint64_t kSector = 512;  // whatever the disk's own sectors are
  std::vector<Traffic> disks;
  std::vector<std::string_view> names;
  while (!diskstats.empty() && disks.size() < kMostDevices) {
    auto line = take_until('\n', diskstats);
    take_word(line);
    take_word(line);
    const auto name = take_word(line);
    std::size_t count = 0;
    const auto columns = take_numbers<7>(line, count);
    if (count < columns.size() || is_stacked(name)) continue;
    const bool partition =
        std::any_of(names.begin(), names.end(), [&](std::string_view disk) { return is_partition_of(name, disk); });
    if (partition) continue;
    names.push_back(name);
    if (columns[0] == 0 && columns[4] == 0) continue;  // no read and no write ever
    disks.push_back({std::string(name), columns[2] * kSector, columns[6] * kSector});
  }
  return disks;
}

std::optional<ProcessReading> parse_process_stat(std::string_view stat) {
  // The name stands in parentheses and may itself hold spaces and parentheses.
  const auto open = stat.find('(');
  const auto close = stat.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  const auto pid = number<int>(trim(stat.substr(0, open)));
  if (!pid || *pid <= 0) return std::nullopt;

  std::array<std::string_view, 25> field;  // by proc(5)'s numbers, from the third on
  auto rest = stat.substr(close + 1);
  for (std::size_t i = 3; i < field.size(); ++i) field[i] = take_word(rest);
  const auto parent = number<int>(field[4]);
  const auto flags = number<std::uint64_t>(field[9]);
  const auto user = number<std::uint64_t>(field[14]);
  const auto system = number<std::uint64_t>(field[15]);
  const auto threads = number<std::uint64_t>(field[20]);
  const auto started = number<std::uint64_t>(field[22]);
  const auto resident = number<std::int64_t>(field[24]);
  if (field[3].size() != 1 || !parent || !flags || !user || !system || !threads || !started || !resident) {
    return std::nullopt;
  }

  constexpr std::uint64_t kKernelThread = 0x00200000;  // PF_KTHREAD of linux/sched.h
  ProcessReading process;
  process.pid = *pid;
  process.name = stat.substr(open + 1, close - open - 1);
  process.kernel_thread = (*flags & kKernelThread) != 0;
  process.state = field[3].front();
  process.parent = *parent;
  process.threads = *threads;
  process.cpu_ticks = *user + *system;
  process.started = *started;
  process.resident_pages = *resident > 0 ? static_cast<std::uint64_t>(*resident) : 0;
  return process;
}

std::optional<double> parse_boot_time(std::string_view stat) {
  while (!stat.empty()) {
    auto line = take_until('\n', stat);
    if (take_word(line) != "btime") continue;
    const auto seconds = take_number<std::uint64_t>(line);
    if (seconds) return static_cast<double>(*seconds);
  }
  return std::nullopt;
}

CommandLine parse_command_line(std::string_view cmdline) {
  CommandLine command;
  while (!cmdline.empty() && (cmdline.back() == '\0' || cmdline.back() == ' ')) cmdline.remove_suffix(1);
  if (cmdline.size() > kMostCommandBytes) {
    cmdline = cmdline.substr(0, kMostCommandBytes);
    command.cut = true;
  }
  while (!cmdline.empty()) command.words.emplace_back(take_until('\0', cmdline));
  return command;
}

std::map<unsigned, std::string> parse_users(std::string_view passwd) {
  std::map<unsigned, std::string> users;
  while (!passwd.empty()) {
    auto line = take_until('\n', passwd);
    const auto name = take_until(':', line);
    take_until(':', line);
    const auto id = number<unsigned>(take_until(':', line));
    if (id && !name.empty()) users.emplace(*id, name);
  }
  return users;
}

std::optional<double> parse_temperature(std::string_view millidegrees) {
  const auto value = number<long>(trim(millidegrees));
  if (!value || *value < -150'000 || *value > 500'000) return std::nullopt;
  return static_cast<double>(*value) / 1000;
}

bool parse_link_up(std::string_view operstate) {
  const auto state = trim(operstate);
  return state == "up" || state == "unknown";
}

}  // namespace device_monitor
