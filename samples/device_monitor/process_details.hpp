// All that there is to say about one process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "device.hpp"
#include "readings.hpp"

namespace device_monitor {

struct ProcessDetails {
  int pid = 0;
  std::string name;
  CommandLine command;
  std::string state;  // a word
  int parent = 0;     // 0: none
  std::uint64_t threads = 0;
  std::uint64_t memory = 0;  // resident bytes
  std::optional<std::size_t> open_files;
  std::optional<double> started;  // Unix seconds
  std::string user;
};

// "sleeping" for 'S'; a letter that proc(5) does not know is its own word.
std::string state_word(char state);

// Nullopt for a process that is not there, or ended while it was looked at.
std::optional<ProcessDetails> process_details(const Device& device, int pid, Units units);

}  // namespace device_monitor
