// The one system call of a delivery.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <string_view>

namespace pushwire::net {

// How much of `bytes` the socket has taken, at once; 0 also where it fails: whoever goes on by the wire is told why.
inline std::size_t send_directly(int descriptor, std::string_view bytes) noexcept {
  const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

}  // namespace pushwire::net
