// Reads this machine's files. Decides nothing: what is missing, unreadable or gone meanwhile is simply not in the
// answer. Used by one thread.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "readings.hpp"

namespace device_monitor {

class Device {
 public:
  static constexpr std::size_t kMostOpenFiles = 100'000;

  // `root` stands before /proc, /sys and /etc.
  explicit Device(std::filesystem::path root = "/");

  static Units units();  // of the kernel that this runs on

  std::optional<CpuReading> cpu() const;
  std::optional<MemoryReading> memory() const;
  std::optional<LoadReading> load() const;
  std::optional<double> uptime() const;
  std::optional<double> boot_time() const;  // Unix seconds
  std::vector<Traffic> network() const;
  std::vector<Traffic> disks() const;
  std::vector<Temperature> temperatures() const;  // sorted by name
  std::vector<Link> links() const;                // sorted by name

  std::vector<int> process_ids() const;
  std::optional<ProcessReading> process(int pid) const;
  CommandLine command_line(int pid) const;
  // How many files, sockets and the like a process holds, counted up to kMostOpenFiles. Other users' processes do not
  // show theirs.
  std::optional<std::size_t> open_files(int pid) const;
  // The name of the user that a process runs as, or the number of one without a name; empty for one that is gone.
  std::string user_of(int pid) const;

  std::string host_name() const;
  std::string kernel() const;  // "Linux 6.1.0"

 private:
  static constexpr std::size_t kMostBytes = 4 * 1024 * 1024;  // /proc/stat of the largest machines is far below

  std::optional<std::string> read(const std::filesystem::path& path, std::size_t most_bytes = kMostBytes) const;
  void add_thermal_zones(std::vector<Temperature>& out) const;
  void add_hwmon(std::vector<Temperature>& out) const;

  std::filesystem::path root_;
  std::map<unsigned, std::string> users_;
};

}  // namespace device_monitor
