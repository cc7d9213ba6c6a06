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

}  // namespace

std::string read_pem_file(const std::string& path) {
  // A pipe in its place would be waited for without O_NONBLOCK.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.number < 0) fail(errno, "read", path);
  struct stat about {};
  if (::fstat(file.number, &about) != 0) fail(errno, "read", path);
  if (S_ISDIR(about.st_mode)) fail(EISDIR, "read", path);
  if (!S_ISREG(about.st_mode)) fail(EINVAL, "read as a file", path);
  std::string text;
  for (char part[4096];;) {
    const ssize_t got = ::read(file.number, part, sizeof part);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(errno, "read", path);
    if (got == 0) return text;
    if (text.size() + static_cast<std::size_t>(got) > kMostPemBytes) fail(EFBIG, "read", path);
    text.append(part, static_cast<std::size_t>(got));
  }
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
