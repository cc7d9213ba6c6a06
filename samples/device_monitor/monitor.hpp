// Reads the device, and emits what it finds. Used by one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "device.hpp"
#include "happenings.hpp"
#include "payloads.hpp"
#include "pushwire/pushwire.hpp"
#include "rates.hpp"

namespace device_monitor {

class Monitor {
 public:
  Monitor(pushwire::Server& server, Device device);

  // One round: the cheap figures each time, what costs more (every process, every sensor) once a second, and of that
  // only what somebody watches. `seconds`: of a clock that never goes back.
  void step(double seconds);

 private:
  static constexpr double kTrendSeconds = 2;

  void emit_figures(double seconds);
  void emit_slow_figures(double seconds);
  void emit_processes(double seconds);
  void emit_happenings(double seconds);
  std::map<int, std::string> program_names();

  Device device_;
  Trend now_;
  double next_trend_ = kTrendSeconds;  // the first round has no rates yet
  double next_slow_ = 0;

  CpuRates cpu_rates_;
  TrafficRates network_rates_;
  TrafficRates disk_rates_;
  ProcessRates process_rates_;
  LoadHappenings load_happenings_;
  LinkHappenings link_happenings_;
  ProcessHappenings process_happenings_;
  std::map<int, std::string> known_;  // every process by id; kernel threads have no name here

  pushwire::EventType<About> about_;
  pushwire::EventType<double> uptime_;
  pushwire::EventType<CpuUse> cpu_;
  pushwire::EventType<MemoryReading> memory_;
  pushwire::EventType<LoadReading> load_;
  pushwire::EventType<std::vector<TrafficRate>> network_;
  pushwire::EventType<std::vector<TrafficRate>> disk_;
  pushwire::EventType<std::vector<Temperature>> temperature_;
  pushwire::EventType<Processes> processes_;
  pushwire::EventType<Trend> trend_;
  pushwire::EventType<Happening> log_;
};

}  // namespace device_monitor
