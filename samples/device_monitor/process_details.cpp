#include "process_details.hpp"

namespace device_monitor {

std::string state_word(char state) {
  switch (state) {
    case 'R': return "running";
    case 'S': return "sleeping";
    case 'D': return "waiting for a device";
    case 'Z': return "ended, not yet collected by its parent";
    case 'T': return "stopped";
    case 't': return "stopped by a debugger";
    case 'I': return "idle";
    case 'P': return "parked";
    case 'X':
    case 'x': return "dead";
    default: return {state};
  }
}

std::optional<ProcessDetails> process_details(const Device& device, int pid, Units units) {
  const auto process = device.process(pid);
  if (!process) return std::nullopt;
  ProcessDetails details;
  details.pid = process->pid;
  details.name = process->name;
  details.command = device.command_line(pid);
  details.state = state_word(process->state);
  details.parent = process->parent;
  details.threads = process->threads;
  details.memory = process->resident_pages * units.page_bytes;
  details.open_files = device.open_files(pid);
  if (const auto boot = device.boot_time()) {
    details.started = *boot + static_cast<double>(process->started) / units.ticks_per_second;
  }
  details.user = device.user_of(pid);
  // Its number may have been given to another one meanwhile.
  const auto still = device.process(pid);
  if (!still || still->started != process->started) return std::nullopt;
  return details;
}

}  // namespace device_monitor
