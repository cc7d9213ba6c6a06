#include "net/tls/pem_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <vector>

namespace pushwire::net {
namespace {

struct Descriptor {
  explicit Descriptor(int opened) noexcept : number(opened) {}
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  const int number;
};

[[noreturn]] void fail(int error, const char* what, const std::string& path) {
  throw std::system_error(error, std::generic_category(), std::string("pushwire: cannot ") + what + " " + path);
}

void write_all(int descriptor, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(descriptor, text.data(), text.size());
    if (wrote >= 0) text.remove_prefix(static_cast<std::size_t>(wrote));
    else if (errno != EINTR) fail(errno, "write", path);
  }
}

// Opened for reading; `about` tells of what is open.
int open_file(const std::string& path, struct stat& about) {
  // A pipe in its place would be waited for without O_NONBLOCK.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) fail(errno, "read", path);
  const int fault = ::fstat(descriptor, &about) != 0 ? errno : S_ISDIR(about.st_mode) ? EISDIR : 0;
  if (fault == 0 && S_ISREG(about.st_mode)) return descriptor;
  ::close(descriptor);
  if (fault == 0) fail(EINVAL, "read as a file", path);
  fail(fault, "read", path);
}

std::string read_all(int descriptor, const std::string& path) {
  std::string text;
  for (char part[4096];;) {
    const ssize_t got = ::read(descriptor, part, sizeof part);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(errno, "read", path);
    if (got == 0) return text;
    if (text.size() + static_cast<std::size_t>(got) > kMostPemBytes) fail(EFBIG, "read", path);
    text.append(part, static_cast<std::size_t>(got));
  }
}

}  // namespace

std::string read_pem_file(const std::string& path) {
  struct stat about {};
  const Descriptor file(open_file(path, about));
  return read_all(file.number, path);
}

void check_owner(const struct stat& about, const std::string& path) {
  if (about.st_uid == ::geteuid() || about.st_uid == 0) return;
  throw Untrusted("pushwire: " + path + " belongs to another user (" + std::to_string(about.st_uid) +
                  "), who could read or change the key");
}

std::string read_own_pem_file(const std::string& path, mode_t& mode) {
  struct stat about {};
  const Descriptor file(open_file(path, about));
  check_owner(about, path);
  mode = about.st_mode & 07777u;
  return read_all(file.number, path);
}

void replace_file(const std::string& path, const std::string& text, mode_t mode) {
  std::string beside = path + ".XXXXXX";
  const Descriptor file(::mkostemp(beside.data(), O_CLOEXEC));  // 0600, and new
  if (file.number < 0) fail(errno, "write", path);
  try {
    write_all(file.number, text, path);
    if (::fchmod(file.number, mode) != 0 || ::fsync(file.number) != 0) fail(errno, "write", path);
    if (::rename(beside.c_str(), path.c_str()) != 0) fail(errno, "write", path);
  } catch (...) {
    ::unlink(beside.c_str());
    throw;
  }
}

}  // namespace pushwire::net
