// What cpp-httplib takes for a connection: one whole request in memory, with its end behind it, and a reader of the answer.
#pragma once

#include <httplib.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>

#include "pages/bridge.hpp"
#include "pages/response_reader.hpp"

namespace pushwire::pages {

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winconsistent-missing-override"
#pragma clang diagnostic ignored "-Wsuggest-override"
#elif defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsuggest-override"
#endif

// Nothing says `override`: versions differ in what there is to be overridden.
// NOLINTBEGIN(modernize-use-override)
class RequestStream final : public httplib::Stream {
 public:
  // `descriptor`: never readable, so that versions that look whether the client has gone find that it has not.
  RequestStream(std::string_view head, std::string_view body, ResponseReader& reader, const Bridge::Ends& ends,
                socket_t descriptor)
      : rest_{head, body}, reader_(reader), ends_(ends), descriptor_(descriptor) {}

  using httplib::Stream::write;

  bool is_readable() const { return true; }
  bool wait_readable() const { return true; }
  bool is_writable() const { return reader_.wanted(); }
  bool wait_writable() const { return reader_.wanted(); }
  bool is_peer_alive() const { return reader_.wanted(); }
  std::time_t duration() const { return 0; }

  ssize_t read(char* into, std::size_t size) {
    std::size_t moved = 0;
    for (std::string_view& part : rest_) {
      const std::size_t step = std::min(size - moved, part.size());
      if (step > 0) std::memcpy(into + moved, part.data(), step);
      part.remove_prefix(step);
      moved += step;
    }
    return static_cast<ssize_t>(moved);
  }
  ssize_t write(const char* bytes, std::size_t size) {
    return reader_.feed({bytes, size}) ? static_cast<ssize_t>(size) : -1;
  }

  void get_remote_ip_and_port(std::string& ip, int& port) const {
    ip = ends_.remote_address;
    port = ends_.remote_port;
  }
  void get_local_ip_and_port(std::string& ip, int& port) const {
    ip = ends_.local_address;
    port = ends_.local_port;
  }
  socket_t socket() const { return descriptor_; }

 private:
  std::string_view rest_[2];
  ResponseReader& reader_;
  const Bridge::Ends& ends_;
  const socket_t descriptor_;
};

// NOLINTEND(modernize-use-override)

#if defined(__clang__)
#pragma clang diagnostic pop
#elif defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

}  // namespace pushwire::pages
