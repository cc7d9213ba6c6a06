#include "server/socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "server/eventually.hpp"
#include "support/tls_client.hpp"

namespace pushwire {

namespace {

[[noreturn]] void fail(const char* step) { throw std::system_error(errno, std::generic_category(), step); }

std::mutex tls_ports_mutex;
std::vector<std::uint16_t> tls_ports;

bool speaks_tls(std::uint16_t port) {
  const std::lock_guard lock(tls_ports_mutex);
  return std::find(tls_ports.begin(), tls_ports.end(), port) != tls_ports.end();
}

}  // namespace

TlsPort::TlsPort(std::uint16_t port) : port_(port) {
  const std::lock_guard lock(tls_ports_mutex);
  tls_ports.push_back(port_);
}

TlsPort::~TlsPort() {
  const std::lock_guard lock(tls_ports_mutex);
  tls_ports.erase(std::find(tls_ports.begin(), tls_ports.end(), port_));
}

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
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    if (!speaks_tls(port)) return;
    tls_ = std::make_unique<TlsClient>();
    shake_hands();
    return;
  }
  const int error = errno;
  close();
  throw std::system_error(error, std::generic_category(), "connect to port " + std::to_string(port));
}

Socket::~Socket() { close(); }

Socket::Socket(Socket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      reset_(other.reset_),
      buffer_(std::move(other.buffer_)),
      tls_(std::move(other.tls_)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  close();
  descriptor_ = std::exchange(other.descriptor_, -1);
  reset_ = other.reset_;
  buffer_ = std::move(other.buffer_);
  tls_ = std::move(other.tls_);
  return *this;
}

bool Socket::await(short events, std::chrono::milliseconds wait) const {
  pollfd descriptor{descriptor_, events, 0};
  return ::poll(&descriptor, 1, static_cast<int>(wait.count())) > 0;
}

void Socket::shake_hands() {
  for (std::string came; !tls_->shake_hands(); came.clear()) {
    send_plain(tls_->take());
    if (!receive_plain(came)) throw std::runtime_error("the connection ended in its handshake");
    tls_->feed(came);
  }
  send_plain(tls_->take());
}

void Socket::send(std::string_view bytes) {
  if (!tls_) return send_plain(bytes);
  tls_->write(bytes);
  send_plain(tls_->take());
}

void Socket::send_plain(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!await(POLLOUT, kDeadline)) throw std::runtime_error("the server takes no more bytes");
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    else if (errno != EAGAIN) fail("send");
  }
}

bool Socket::receive() {
  if (!tls_) return receive_plain(buffer_);
  const std::size_t before = buffer_.size();
  for (;;) {
    buffer_ += tls_->read();  // also what came with the handshake's end
    if (buffer_.size() > before) return true;
    if (tls_->ended()) return false;
    std::string came;
    if (!receive_plain(came)) return false;
    tls_->feed(came);
  }
}

bool Socket::receive_plain(std::string& into) {
  if (!await(POLLIN, kDeadline)) throw std::runtime_error("nothing came; so far: " + buffer_.substr(0, 200));
  char bytes[64 * 1024];
  const ssize_t got = ::recv(descriptor_, bytes, sizeof bytes, 0);
  if (got > 0) into.append(bytes, static_cast<std::size_t>(got));
  if (got < 0) reset_ = true;
  return got > 0;
}

bool Socket::readable_within(std::chrono::milliseconds wait) const { return await(POLLIN, wait); }

void Socket::drain() {
  while (receive()) buffer_.clear();
}

void Socket::finish() {
  if (tls_) {
    tls_->say_goodbye();
    send_plain(tls_->take());
  }
  ::shutdown(descriptor_, SHUT_WR);
}

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
