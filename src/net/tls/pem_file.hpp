// Small secret or public files, whole.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>

namespace pushwire::net {

inline constexpr std::size_t kMostPemBytes = 1024 * 1024;

// Throws std::system_error that names the file, also for one that is none or is above kMostPemBytes.
std::string read_pem_file(const std::string& path);

// `path` holds `text` and has `mode` from one moment to the next, or is as it was. Throws std::system_error that names the
// file.
void replace_file(const std::string& path, const std::string& text, mode_t mode);

}  // namespace pushwire::net
