#include "server/socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "server/eventually.hpp"

namespace pushwire {

namespace {

[[noreturn]] void fail(const char* step) { throw std::system_error(errno, std::generic_category(), step); }

}  // namespace

Socket::Socket(std::uint16_t port, int receive_buffer)
    : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP)) {
  if (descriptor_ < 0) fail("socket");
  if (receive_buffer > 0) ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return;
  const int error = errno;
  close();
  throw std::system_error(error, std::generic_category(), "connect to port " + std::to_string(port));
}

Socket::~Socket() { close(); }

Socket::Socket(Socket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), reset_(other.reset_), buffer_(std::move(other.buffer_)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  close();
  descriptor_ = std::exchange(other.descriptor_, -1);
  reset_ = other.reset_;
  buffer_ = std::move(other.buffer_);
  return *this;
}

bool Socket::await(short events, std::chrono::milliseconds wait) const {
  pollfd descriptor{descriptor_, events, 0};
  return ::poll(&descriptor, 1, static_cast<int>(wait.count())) > 0;
}

void Socket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!await(POLLOUT, kDeadline)) throw std::runtime_error("the server takes no more bytes");
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    else if (errno != EAGAIN) fail("send");
  }
}

bool Socket::receive() {
  if (!await(POLLIN, kDeadline)) throw std::runtime_error("nothing came; so far: " + buffer_.substr(0, 200));
  char bytes[64 * 1024];
  const ssize_t got = ::recv(descriptor_, bytes, sizeof bytes, 0);
  if (got > 0) buffer_.append(bytes, static_cast<std::size_t>(got));
  if (got < 0) reset_ = true;
  return got > 0;
}

bool Socket::readable_within(std::chrono::milliseconds wait) const { return await(POLLIN, wait); }

void Socket::drain() {
  while (receive()) buffer_.clear();
}

void Socket::finish() { ::shutdown(descriptor_, SHUT_WR); }

void Socket::abort() {
  const linger at_once{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void Socket::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace pushwire
