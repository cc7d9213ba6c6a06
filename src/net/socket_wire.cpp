#include "net/socket_wire.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <asio/ip/tcp.hpp>
#include <cerrno>
#include <optional>

#include "net/address_literal.hpp"
#include "net/poller.hpp"

namespace pushwire::net {

namespace {

using asio::ip::tcp;

template <class Ask>
std::optional<tcp::endpoint> endpoint(int descriptor, Ask ask) {
  tcp::endpoint found;
  auto size = static_cast<socklen_t>(found.capacity());
  if (ask(descriptor, found.data(), &size) != 0) return std::nullopt;
  found.resize(size);
  return found;
}

std::string address(const std::optional<tcp::endpoint>& of) {
  return of ? address_literal(of->address()) : std::string();
}

Wire::Moved moved(ssize_t bytes) noexcept {
  if (bytes > 0) return {Wire::State::ok, static_cast<std::size_t>(bytes)};
  if (bytes < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return {Wire::State::would_block, 0};
  return {Wire::State::ended, 0};
}

}  // namespace

SocketWire::SocketWire(Poller& poller, int descriptor) : poller_(poller), descriptor_(descriptor) {
  try {
    poller_.add(*this, descriptor_);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

SocketWire::~SocketWire() { close(); }

Wire::Moved SocketWire::read(char* into, std::size_t capacity) noexcept {
  const Moved result = moved(::recv(descriptor_, into, capacity, MSG_DONTWAIT));
  // Less than there was room for: the socket is empty, and the edge of what comes next is yet to be told.
  if (result.bytes < capacity && result.state != State::ended) readable_ = ended_;
  return result;
}

Wire::Moved SocketWire::write(const Chunk* chunks, std::size_t count) noexcept {
  // MSG_NOSIGNAL: the host's SIGPIPE disposition is its own.
  constexpr int kFlags = MSG_NOSIGNAL | MSG_DONTWAIT;
  std::size_t size = 0;
  Moved result{};
  if (count == 1) {
    size = chunks->size;
    result = moved(::send(descriptor_, chunks->data, size, kFlags));
  } else {
    iovec parts[4];
    msghdr message{};
    message.msg_iov = parts;
    for (; message.msg_iovlen < count && message.msg_iovlen < 4; ++message.msg_iovlen) {
      const Chunk& chunk = chunks[message.msg_iovlen];
      parts[message.msg_iovlen] = {const_cast<char*>(chunk.data), chunk.size};
      size += chunk.size;
    }
    result = moved(::sendmsg(descriptor_, &message, kFlags));
  }
  if (result.bytes < size) writable_ = false;
  return result;
}

void SocketWire::await_readable() {
  awaits_read_ = true;
  if (is_due()) poller_.enqueue(*this);
}

void SocketWire::await_writable() {
  if (!watches_writing_) {
    // The kernel looks again and tells of room that came before this.
    poller_.add_writing(*this, descriptor_);
    watches_writing_ = true;
  }
  awaits_write_ = true;
  if (is_due()) poller_.enqueue(*this);
}

void SocketWire::became(std::uint32_t events) noexcept {
  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) ended_ = true;
  if (ended_ || (events & EPOLLIN) != 0) readable_ = true;
  if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) writable_ = true;
}

void SocketWire::tell() {
  const bool reading = awaits_read_ && readable_;
  if (awaits_write_ && writable_) {
    // What is left to be told comes behind this, unless the wire has gone by then.
    if (reading) poller_.enqueue(*this);
    awaits_write_ = false;
    return observer_->on_writable();
  }
  if (!reading) return;
  awaits_read_ = false;
  observer_->on_readable();
}

void SocketWire::finish() noexcept { ::shutdown(descriptor_, SHUT_WR); }

void SocketWire::close() noexcept {
  observer_ = nullptr;
  if (descriptor_ < 0) return;
  poller_.remove(*this, descriptor_);
  ::close(descriptor_);
  descriptor_ = -1;
}

void SocketWire::abort() noexcept {
  const linger none{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  close();
}

std::string SocketWire::local_address() const { return address(endpoint(descriptor_, ::getsockname)); }

std::string SocketWire::peer_address() const { return address(endpoint(descriptor_, ::getpeername)); }

std::uint16_t SocketWire::peer_port() const {
  const auto peer = endpoint(descriptor_, ::getpeername);
  return peer ? peer->port() : std::uint16_t{0};
}

}  // namespace pushwire::net
