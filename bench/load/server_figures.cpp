#include "load/server_figures.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>

namespace pushwire::bench::load {
namespace {

std::string text_of(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

double seconds(std::uint64_t ticks) { return static_cast<double>(ticks) / static_cast<double>(sysconf(_SC_CLK_TCK)); }

}  // namespace

double process_seconds(std::string_view stat) {
  // The name, in brackets, may hold anything; the 12th and 13th field behind it are utime and stime.
  const std::size_t end_of_name = stat.rfind(')');
  if (end_of_name == std::string_view::npos) return 0;
  std::istringstream fields{std::string(stat.substr(end_of_name + 1))};
  std::string skipped;
  for (int field = 0; field < 11; ++field) fields >> skipped;
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  fields >> user >> system;
  return fields ? seconds(user + system) : 0;
}

double core_seconds(std::string_view stat, int core) {
  const std::string name = "cpu" + std::to_string(core) + ' ';
  const std::size_t line = stat.find(name);
  if (line == std::string_view::npos) return 0;
  std::istringstream fields{std::string(stat.substr(line + name.size()))};
  std::uint64_t user = 0, nice = 0, system = 0, idle = 0, wait = 0, interrupts = 0, soft_interrupts = 0;
  fields >> user >> nice >> system >> idle >> wait >> interrupts >> soft_interrupts;
  return fields ? seconds(user + nice + system + interrupts + soft_interrupts) : 0;
}

long status_field(std::string_view status, std::string_view name) {
  const std::string line = '\n' + std::string(name) + ':';
  const std::size_t at = status.find(line);
  if (at == std::string_view::npos) return 0;
  return std::strtol(std::string(status.substr(at + line.size(), 32)).c_str(), nullptr, 10);
}

ServerFigures ServerProbe::read() const {
  ServerFigures figures;
  if (core_ >= 0) figures.core_busy_s = core_seconds(text_of("/proc/stat"), core_);
  if (process_ <= 0) return figures;
  const std::string folder = "/proc/" + std::to_string(process_);
  figures.cpu_s = process_seconds(text_of(folder + "/stat"));
  const std::string status = text_of(folder + "/status");
  figures.rss_kb = status_field(status, "VmRSS");
  figures.threads = status_field(status, "Threads");
  figures.pss_kb = status_field(text_of(folder + "/smaps_rollup"), "Pss");
  std::error_code error;
  for (std::filesystem::directory_iterator task(folder + "/task", error), end; !error && task != end;
       task.increment(error)) {
    const std::string of_thread = text_of(task->path().string() + "/status");
    figures.switches += static_cast<std::uint64_t>(status_field(of_thread, "voluntary_ctxt_switches") +
                                                   status_field(of_thread, "nonvoluntary_ctxt_switches"));
  }
  return figures;
}

}  // namespace pushwire::bench::load
