#include "monitor.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace device_monitor {
namespace {

constexpr double kSlowSeconds = 1;
constexpr std::size_t kTrends = 150;  // five minutes
constexpr std::size_t kHappenings = 500;
constexpr std::size_t kTopProcesses = 15;

// Traffic with itself is none of the network's.
TrafficRate sum(const std::vector<TrafficRate>& rates) {
  TrafficRate all{"all", 0, 0};
  for (const auto& rate : rates) {
    if (rate.name == "lo") continue;
    all.in += rate.in;
    all.out += rate.out;
  }
  return all;
}

std::size_t core_count(const Device& device) {
  const auto cpu = device.cpu();
  return cpu ? std::max<std::size_t>(cpu->cores.size(), 1) : 1;
}

}  // namespace

Monitor::Monitor(pushwire::Server& server, Device device)
    : device_(std::move(device)),
      process_rates_(Device::units()),
      load_happenings_(core_count(device_)),
      about_(server.event<About>("about", pushwire::latest())),
      uptime_(server.event<double>("uptime", pushwire::latest())),
      cpu_(server.event<CpuUse>("cpu", pushwire::latest())),
      memory_(server.event<MemoryReading>("memory", pushwire::latest())),
      load_(server.event<LoadReading>("load", pushwire::latest())),
      network_(server.event<std::vector<TrafficRate>>("network", pushwire::latest())),
      disk_(server.event<std::vector<TrafficRate>>("disk", pushwire::latest())),
      temperature_(server.event<std::vector<Temperature>>("temperature", pushwire::latest())),
      processes_(server.event<Processes>("processes", pushwire::latest())),
      trend_(server.event<Trend>("trend", pushwire::history(kTrends))),
      log_(server.event<Happening>("log", pushwire::history(kHappenings))) {
  about_.emit({device_.host_name(), device_.kernel(), core_count(device_)});
}

void Monitor::step(double seconds) {
  emit_figures(seconds);
  if (seconds >= next_slow_) {
    next_slow_ = seconds + kSlowSeconds;
    emit_slow_figures(seconds);
    emit_happenings(seconds);
  }
  if (seconds >= next_trend_) {
    next_trend_ = seconds + kTrendSeconds;
    trend_.emit(now_);
  }
}

void Monitor::emit_figures(double seconds) {
  if (auto reading = device_.cpu()) {
    if (auto use = cpu_rates_.update(std::move(*reading))) {
      now_.cpu = std::move(*use);
      cpu_.emit(now_.cpu);
    }
  }
  if (const auto memory = device_.memory()) {
    now_.memory = *memory;
    memory_.emit(*memory);
  }
  const auto network = network_rates_.update(device_.network(), seconds);
  now_.network = sum(network);
  if (!network.empty()) network_.emit(network);
  const auto disks = disk_rates_.update(device_.disks(), seconds);
  now_.disk = sum(disks);
  if (!disks.empty()) disk_.emit(disks);
}

void Monitor::emit_slow_figures(double seconds) {
  if (const auto uptime = device_.uptime()) uptime_.emit(*uptime);
  if (const auto load = device_.load()) {
    now_.load = *load;
    load_.emit(*load);
    if (const auto happening = load_happenings_.update(load->one)) log_.emit(*happening);
  }
  if (temperature_.watched()) {
    const auto temperatures = device_.temperatures();
    if (!temperatures.empty()) temperature_.emit(temperatures);
  }
  if (processes_.watched()) emit_processes(seconds);
}

void Monitor::emit_processes(double seconds) {
  std::vector<ProcessReading> readings;
  for (const int pid : device_.process_ids()) {
    if (auto process = device_.process(pid)) readings.push_back(std::move(*process));
  }
  auto busiest = top(process_rates_.update(readings, seconds), kTopProcesses);
  for (auto& process : busiest) process.user = device_.user_of(process.pid);
  processes_.emit({readings.size(), std::move(busiest)});
}

void Monitor::emit_happenings(double seconds) {
  for (const auto& happening : process_happenings_.update(program_names(), seconds)) log_.emit(happening);
  for (const auto& happening : link_happenings_.update(device_.links())) log_.emit(happening);
}

// Only processes that were not there a second ago are read. The kernel's own threads come and go all day: they are
// remembered without a name and not told.
std::map<int, std::string> Monitor::program_names() {
  std::map<int, std::string> all;
  std::map<int, std::string> programs;
  for (const int pid : device_.process_ids()) {
    const auto known = known_.find(pid);
    std::string name;
    if (known != known_.end()) {
      name = known->second;
    } else if (const auto process = device_.process(pid)) {
      if (!process->kernel_thread) name = process->name;
    } else {
      continue;
    }
    if (!name.empty()) programs.emplace(pid, name);
    all.emplace(pid, std::move(name));
  }
  known_ = std::move(all);
  return programs;
}

}  // namespace device_monitor
