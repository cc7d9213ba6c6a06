#include "endpoints/live_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "endpoints/media_types.hpp"
#include "endpoints/paths.hpp"
#include "net/http/syntax.hpp"

namespace pushwire::endpoints {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  ~Descriptor() { reset(-1); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  void reset(int number) noexcept {
    if (number_ >= 0) ::close(number_);
    number_ = number;
  }
  int get() const noexcept { return number_; }

 private:
  int number_;
};

// O_NONBLOCK: a pipe that nobody writes to is opened, and seen to be no file.
constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;

int open_folder(const std::string& path) { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY); }

// Walks down from `folder` name by name, so that no link and no ".." leads out.
void open_below(const std::string& folder, std::string_view path, Descriptor& found) {
  found.reset(open_folder(folder));
  while (!path.empty() && found.get() >= 0) {
    const std::size_t slash = path.find('/');
    const std::string name(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    if (name.empty() || name.front() == '.') return found.reset(-1);
    found.reset(::openat(found.get(), name.c_str(), slash == std::string_view::npos ? kFlags : kFlags | O_DIRECTORY));
  }
}

[[noreturn]] void refuse(std::string_view path, const std::string& why) {
  throw Refusal(500, net::syntax::quoted(path) + " cannot be served: " + why);
}

std::string read_all(int descriptor, std::size_t size, std::string_view path) {
  std::string bytes(size, '\0');
  std::size_t at = 0;
  while (at < size) {
    const ssize_t got = ::read(descriptor, bytes.data() + at, size - at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) refuse(path, std::generic_category().message(errno));
    if (got == 0) break;  // it has become shorter
    at += static_cast<std::size_t>(got);
  }
  bytes.resize(at);
  return bytes;
}

}  // namespace

LiveFolder::LiveFolder(std::string prefix, const std::string& folder) : prefix_(std::move(prefix)) {
  if (Descriptor(open_folder(folder)).get() < 0) {
    throw std::system_error(errno, std::generic_category(), "pushwire: cannot open the folder \"" + folder + '"');
  }
  folder_ = std::filesystem::absolute(folder).string();
}

const File* LiveFolder::read(std::string_view path) {
  if (path.substr(0, prefix_.size()) != prefix_) return nullptr;
  std::string name(path.substr(prefix_.size()));
  if (name.empty() || name.back() == '/') name += "index.html";
  Descriptor file(-1);
  open_below(folder_, name, file);
  struct stat facts {};
  if (file.get() < 0 || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return nullptr;
  const auto size = static_cast<std::size_t>(facts.st_size);
  if (size > kMostBytes) refuse(path, "it is larger than " + std::to_string(kMostBytes) + " bytes");
  std::string bytes = read_all(file.get(), size, path);
  file_.content_type = media_type_of(name);
  file_.etag = etag_of(bytes);
  file_.body = net::SharedBytes::of(std::move(bytes));
  return &file_;
}

std::optional<net::Response> LiveFolder::find(const Request& request) {
  const auto path = decoded_path(request.path);
  if (!path) return std::nullopt;
  const std::string_view folder = folder_of_index(*path);
  if (!folder.empty() && read(folder)) return redirect_to(folder, request);
  if (const File* const file = read(*path)) return answer_with(*file, request);
  const std::string with_slash = *path + '/';
  if (read(with_slash)) return redirect_to(with_slash, request);
  return std::nullopt;
}

std::optional<net::Response> LiveFolder::find(std::string_view path, int status, const Request& request) {
  const File* const file = read(path);
  if (!file) return std::nullopt;
  return answer_instead(*file, status, request);
}

}  // namespace pushwire::endpoints
