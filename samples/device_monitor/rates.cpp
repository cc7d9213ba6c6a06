#include "rates.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace device_monitor {
namespace {

// A span in which nothing was counted (two readings within one tick) tells nothing: idle.
double busy_percent(const CpuTimes& before, const CpuTimes& now) {
  const auto busy = static_cast<double>(growth(before.busy, now.busy));
  const auto idle = static_cast<double>(growth(before.idle, now.idle));
  return busy + idle > 0 ? 100 * busy / (busy + idle) : 0;
}

}  // namespace

std::uint64_t growth(std::uint64_t before, std::uint64_t now) {
  constexpr std::uint64_t kEnd = std::uint64_t{1} << 32;
  if (now >= before) return now - before;
  const bool wrapped = before < kEnd && before > kEnd / 4 * 3 && now < kEnd / 4;
  return wrapped ? kEnd - before + now : 0;
}

std::optional<CpuUse> CpuRates::update(CpuReading now) {
  std::optional<CpuUse> use;
  if (before_) {
    use.emplace();
    use->total = busy_percent(before_->total, now.total);
    if (!now.cores.empty()) use->cores.resize(std::size_t{now.cores.rbegin()->first} + 1);
    for (const auto& [core, times] : now.cores) {
      const auto earlier = before_->cores.find(core);
      if (earlier != before_->cores.end()) use->cores[core] = busy_percent(earlier->second, times);
    }
  }
  before_ = std::move(now);
  return use;
}

std::vector<TrafficRate> TrafficRates::update(std::vector<Traffic> now, double seconds) {
  const double elapsed = seconds - before_seconds_;
  std::vector<TrafficRate> rates;
  std::map<std::string, Traffic> current;
  for (auto& traffic : now) {
    const auto earlier = before_.find(traffic.name);
    if (earlier != before_.end() && elapsed > 0) {
      rates.push_back({traffic.name, static_cast<double>(growth(earlier->second.in, traffic.in)) / elapsed,
                       static_cast<double>(growth(earlier->second.out, traffic.out)) / elapsed});
    }
    current.insert_or_assign(traffic.name, traffic);
  }
  before_ = std::move(current);
  before_seconds_ = seconds;
  return rates;
}

std::vector<ProcessUse> ProcessRates::update(const std::vector<ProcessReading>& now, double seconds) {
  const double elapsed = seconds - before_seconds_;
  std::vector<ProcessUse> uses;
  uses.reserve(now.size());
  std::unordered_map<int, Before> current;
  for (const auto& process : now) {
    ProcessUse use;
    use.pid = process.pid;
    use.name = process.name;
    use.memory = process.resident_pages * units_.page_bytes;
    const auto earlier = before_.find(process.pid);
    if (earlier != before_.end() && earlier->second.started == process.started && elapsed > 0) {
      const auto ticks = static_cast<double>(growth(earlier->second.cpu_ticks, process.cpu_ticks));
      use.cpu = 100 * ticks / units_.ticks_per_second / elapsed;
    }
    uses.push_back(std::move(use));
    current[process.pid] = {process.started, process.cpu_ticks};
  }
  before_ = std::move(current);
  before_seconds_ = seconds;
  return uses;
}

std::vector<ProcessUse> top(std::vector<ProcessUse> processes, std::size_t count) {
  const auto busier = [](const ProcessUse& a, const ProcessUse& b) {
    return std::make_tuple(b.cpu.value_or(0), b.memory, a.pid) < std::make_tuple(a.cpu.value_or(0), a.memory, b.pid);
  };
  const auto larger = [](const ProcessUse& a, const ProcessUse& b) {
    return std::make_pair(b.memory, a.pid) < std::make_pair(a.memory, b.pid);
  };
  const auto after = [count](auto begin, auto end) {
    return begin + std::min(static_cast<std::ptrdiff_t>(count), end - begin);
  };
  std::sort(processes.begin(), processes.end(), larger);
  const auto others = after(processes.begin(), processes.end());
  const auto rest = after(others, processes.end());
  std::partial_sort(others, rest, processes.end(), busier);
  processes.erase(rest, processes.end());
  std::sort(processes.begin(), processes.end(), busier);
  return processes;
}

}  // namespace device_monitor
