// What /proc and /sys say at one moment: amounts, and counters that only grow. Rates come later (rates.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace device_monitor {

// What the kernel counts in.
struct Units {
  double ticks_per_second = 100;
  std::uint64_t page_bytes = 4096;
};

struct CpuTimes {
  std::uint64_t busy = 0;  // ticks since the kernel started
  std::uint64_t idle = 0;
};

struct CpuReading {
  CpuTimes total;
  std::map<unsigned, CpuTimes> cores;  // those that are online, by number
};

struct MemoryReading {  // bytes
  std::uint64_t total = 0;
  std::uint64_t available = 0;
  std::uint64_t cached = 0;  // page cache and buffers, which the kernel gives back when asked
  std::uint64_t swap_total = 0;
  std::uint64_t swap_used = 0;
};

struct LoadReading {
  double one = 0;  // runnable and waiting tasks, averaged over 1, 5 and 15 minutes
  double five = 0;
  double fifteen = 0;
};

// Bytes that went through a network interface (received, sent) or a disk (read, written) since it exists.
struct Traffic {
  std::string name;
  std::uint64_t in = 0;
  std::uint64_t out = 0;
};

struct ProcessReading {
  int pid = 0;
  std::string name;  // as the kernel has it: at most 15 bytes, any bytes
  bool kernel_thread = false;
  char state = '?';  // the kernel's letter
  int parent = 0;
  std::uint64_t threads = 0;
  std::uint64_t cpu_ticks = 0;  // user and system time
  std::uint64_t started = 0;    // ticks after boot; tells two processes of one pid apart
  std::uint64_t resident_pages = 0;
};

// What a process was started with: its words, of any bytes. Kernel threads have none.
struct CommandLine {
  std::vector<std::string> words;
  bool cut = false;  // there is more
};

struct Temperature {
  std::string name;
  double celsius = 0;
};

struct Link {
  std::string name;
  bool up = false;
};

}  // namespace device_monitor
