// Thousands of sockets need more descriptors than a process has by default.
#pragma once

#include <cstdint>

namespace pushwire::bench {

// Takes as many as the system allows, and says how many that are.
std::uint64_t raise_open_files();

}  // namespace pushwire::bench
