// What /proc tells of the server that is measured.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string_view>

namespace pushwire::bench::load {

struct ServerFigures {
  double cpu_s = 0;        // user and system, of all its threads, also of those that have ended
  double core_busy_s = 0;  // of the core, whoever ran there
  long rss_kb = 0;
  long pss_kb = 0;  // with shared pages counted in parts; 0 where the kernel does not say
  long threads = 0;
  std::uint64_t switches = 0;  // context switches, voluntary or not, of the threads that there are
};

class ServerProbe {
 public:
  // process 0: none; core -1: none. What cannot be read is zero.
  ServerProbe(pid_t process, int core) : process_(process), core_(core) {}

  ServerFigures read() const;

 private:
  pid_t process_;
  int core_;
};

// The ways in which /proc writes: /proc/PID/stat and a line of /proc/stat, in seconds; a line of a status file.
double process_seconds(std::string_view stat);
double core_seconds(std::string_view stat, int core);
long status_field(std::string_view status, std::string_view name);

}  // namespace pushwire::bench::load
