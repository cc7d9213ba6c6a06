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
  // `root` stands before /proc, /sys and /etc.
  explicit Device(std::filesystem::path root = "/");

  std::optional<CpuReading> cpu() const;
  std::optional<MemoryReading> memory() const;
  std::optional<LoadReading> load() const;
  std::optional<double> uptime() const;
  std::vector<Traffic> network() const;
  std::vector<Traffic> disks() const;
  std::vector<Temperature> temperatures() const;  // sorted by name
  std::vector<Link> links() const;                // sorted by name

  std::vector<int> process_ids() const;
  std::optional<ProcessReading> process(int pid) const;
  // The name of the user that a process runs as, or the number of one without a name; empty for one that is gone.
  std::string user_of(int pid) const;

  std::string host_name() const;
  std::string kernel() const;  // "Linux 6.1.0"

 private:
  std::optional<std::string> read(const std::filesystem::path& path) const;
  void add_thermal_zones(std::vector<Temperature>& out) const;
  void add_hwmon(std::vector<Temperature>& out) const;

  std::filesystem::path root_;
  std::map<unsigned, std::string> users_;
};

}  // namespace device_monitor
