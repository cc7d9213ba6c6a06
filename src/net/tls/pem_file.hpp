// Small secret or public files, whole.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <stdexcept>
#include <string>

namespace pushwire::net {

inline constexpr std::size_t kMostPemBytes = 1024 * 1024;

// Throws std::system_error that names the file, also for one that is none or is above kMostPemBytes.
std::string read_pem_file(const std::string& path);

// What another user of this machine can change, or could have put there.
struct Untrusted : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws Untrusted, naming `path`, unless it belongs to the user that this process runs as, or to root.
void check_owner(const struct stat& about, const std::string& path);

// The same as read_pem_file, of a file with such an owner. `mode`: its permissions.
std::string read_own_pem_file(const std::string& path, mode_t& mode);

// `path` holds `text` and has `mode` from one moment to the next, or is as it was. Throws std::system_error that names the
// file.
void replace_file(const std::string& path, const std::string& text, mode_t mode);

}  // namespace pushwire::net
