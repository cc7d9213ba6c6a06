// What happened between two readings. Each class remembers the last reading; time comes in as seconds of a clock that
// never goes back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "readings.hpp"

namespace device_monitor {

// How much a counter grew. One that fell has wrapped around, where it is one of 32 bits that was close to its end, or
// has begun anew (an interface was made again), which counts as no growth.
std::uint64_t growth(std::uint64_t before, std::uint64_t now);

struct CpuUse {
  double total = 0;                          // percent of all cores together, 0 to 100
  std::vector<std::optional<double>> cores;  // percent by core number; nullopt: offline
};

class CpuRates {
 public:
  // Nullopt for the first reading.
  std::optional<CpuUse> update(CpuReading now);

 private:
  std::optional<CpuReading> before_;
};

struct TrafficRate {
  std::string name;
  double in = 0;  // bytes a second
  double out = 0;
};

class TrafficRates {
 public:
  // Those that were there in the last reading too.
  std::vector<TrafficRate> update(std::vector<Traffic> now, double seconds);

 private:
  std::map<std::string, Traffic> before_;
  double before_seconds_ = 0;
};

struct ProcessUse {
  int pid = 0;
  std::string name;
  std::string user;
  std::optional<double> cpu;  // percent of one core; nullopt where the process is new
  std::uint64_t memory = 0;   // resident bytes
};

class ProcessRates {
 public:
  explicit ProcessRates(Units units) : units_(units) {}

  std::vector<ProcessUse> update(const std::vector<ProcessReading>& now, double seconds);

 private:
  struct Before {
    std::uint64_t started = 0;
    std::uint64_t cpu_ticks = 0;
  };
  Units units_;
  std::unordered_map<int, Before> before_;
  double before_seconds_ = 0;
};

// The `count` that use memory most and, of the others, the `count` that use the processor most; the busiest first.
std::vector<ProcessUse> top(std::vector<ProcessUse> processes, std::size_t count);

}  // namespace device_monitor
