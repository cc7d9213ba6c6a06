// The JSON of the monitor's events.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "happenings.hpp"
#include "process_details.hpp"
#include "pushwire/codec.hpp"
#include "rates.hpp"
#include "readings.hpp"

namespace device_monitor {

struct About {
  std::string host;
  std::string kernel;
  std::uint64_t cores = 0;
};

// How the monitor is set.
struct Settings {
  std::int64_t interval_ms = 0;  // between two readings
  bool paused = false;
  std::optional<std::uint64_t> by;  // the number of the viewer who changed it last
  bool read_only = false;           // nobody can
};

struct Processes {
  std::uint64_t count = 0;
  std::vector<ProcessUse> top;
};

// What a newcomer's charts begin with: the figures of a moment.
struct Trend {
  CpuUse cpu;
  MemoryReading memory;
  LoadReading load;
  TrafficRate network;  // all interfaces together
  TrafficRate disk;     // all disks together
};

// Writes one JSON object: {"name":value,…}. Numbers are rounded to what a viewer can tell apart, which makes events
// several times shorter.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
  ~ObjectWriter() { out_ += '}'; }
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;

  template <class T>
  ObjectWriter& member(std::string_view name, const T& value) {
    out_ += first_ ? "\"" : ",\"";
    first_ = false;
    out_ += name;
    out_ += "\":";
    pushwire::Codec<T>::encode(value, out_);
    return *this;
  }

 private:
  std::string& out_;
  bool first_ = true;
};

inline double tenths(double value) { return std::round(value * 10) / 10; }

}  // namespace device_monitor

namespace pushwire {

template <>
struct Codec<device_monitor::About> {
  static void encode(const device_monitor::About& about, std::string& out) {
    device_monitor::ObjectWriter(out)
        .member("host", about.host)
        .member("kernel", about.kernel)
        .member("cores", about.cores);
  }
};

template <>
struct Codec<device_monitor::Settings> {
  static void encode(const device_monitor::Settings& settings, std::string& out) {
    device_monitor::ObjectWriter(out)
        .member("interval_ms", settings.interval_ms)
        .member("paused", settings.paused)
        .member("by", settings.by)
        .member("read_only", settings.read_only);
  }
};

template <>
struct Codec<device_monitor::CpuUse> {
  static void encode(const device_monitor::CpuUse& use, std::string& out) {
    auto cores = use.cores;
    for (auto& core : cores) {
      if (core) core = device_monitor::tenths(*core);
    }
    device_monitor::ObjectWriter(out).member("total", device_monitor::tenths(use.total)).member("cores", cores);
  }
};

template <>
struct Codec<device_monitor::MemoryReading> {
  static void encode(const device_monitor::MemoryReading& memory, std::string& out) {
    device_monitor::ObjectWriter(out)
        .member("total", memory.total)
        .member("used", memory.total - memory.available)
        .member("available", memory.available)
        .member("cached", memory.cached)
        .member("swap_total", memory.swap_total)
        .member("swap_used", memory.swap_used);
  }
};

template <>
struct Codec<device_monitor::LoadReading> {
  static void encode(const device_monitor::LoadReading& load, std::string& out) {
    device_monitor::ObjectWriter(out).member("one", load.one).member("five", load.five).member("fifteen", load.fifteen);
  }
};

template <>
struct Codec<device_monitor::TrafficRate> {
  static void encode(const device_monitor::TrafficRate& rate, std::string& out) {
    device_monitor::ObjectWriter(out)
        .member("name", rate.name)
        .member("in", std::round(rate.in))
        .member("out", std::round(rate.out));
  }
};

template <>
struct Codec<device_monitor::Temperature> {
  static void encode(const device_monitor::Temperature& sensor, std::string& out) {
    device_monitor::ObjectWriter(out)
        .member("name", sensor.name)
        .member("celsius", device_monitor::tenths(sensor.celsius));
  }
};

template <>
struct Codec<device_monitor::ProcessUse> {
  static void encode(const device_monitor::ProcessUse& process, std::string& out) {
    auto cpu = process.cpu;
    if (cpu) cpu = device_monitor::tenths(*cpu);
    device_monitor::ObjectWriter(out)
        .member("pid", process.pid)
        .member("name", process.name)
        .member("user", process.user)
        .member("cpu", cpu)
        .member("memory", process.memory);
  }
};

template <>
struct Codec<device_monitor::ProcessDetails> {
  static void encode(const device_monitor::ProcessDetails& process, std::string& out) {
    device_monitor::ObjectWriter(out)
        .member("pid", process.pid)
        .member("name", process.name)
        .member("command", process.command.words)
        .member("command_cut", process.command.cut)
        .member("state", process.state)
        .member("parent", process.parent)
        .member("threads", process.threads)
        .member("memory", process.memory)
        .member("open_files", process.open_files)
        .member("started", process.started)
        .member("user", process.user);
  }
};

template <>
struct Codec<device_monitor::Processes> {
  static void encode(const device_monitor::Processes& processes, std::string& out) {
    device_monitor::ObjectWriter(out).member("count", processes.count).member("top", processes.top);
  }
};

template <>
struct Codec<device_monitor::Trend> {
  static void encode(const device_monitor::Trend& trend, std::string& out) {
    device_monitor::ObjectWriter(out)
        .member("cpu", trend.cpu)
        .member("memory", trend.memory)
        .member("load", trend.load)
        .member("network", trend.network)
        .member("disk", trend.disk);
  }
};

template <>
struct Codec<device_monitor::Happening> {
  static void encode(const device_monitor::Happening& happening, std::string& out) {
    device_monitor::ObjectWriter(out).member("kind", happening.kind).member("text", happening.text);
  }
};

}  // namespace pushwire
