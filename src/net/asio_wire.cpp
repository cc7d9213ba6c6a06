#include "net/asio_wire.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <system_error>

namespace pushwire::net {

namespace {

// A dual-stack listener sees IPv4 peers in IPv6 clothes; clients name the IPv4 address.
std::string literal(asio::ip::address address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  const std::string text = address.to_string();
  return text.substr(0, text.find('%'));
}

}  // namespace

namespace {

Wire::Moved moved(ssize_t bytes) noexcept {
  if (bytes > 0) return {Wire::State::ok, static_cast<std::size_t>(bytes)};
  if (bytes < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return {Wire::State::would_block, 0};
  return {Wire::State::ended, 0};
}

}  // namespace

Wire::Moved AsioWire::read(char* into, std::size_t capacity) noexcept {
  return moved(::recv(socket_.native_handle(), into, capacity, MSG_DONTWAIT));
}

Wire::Moved AsioWire::write(const Chunk* chunks, std::size_t count) noexcept {
  // MSG_NOSIGNAL: the host's SIGPIPE disposition is its own.
  if (count == 1)
    return moved(::send(socket_.native_handle(), chunks->data, chunks->size, MSG_NOSIGNAL | MSG_DONTWAIT));
  iovec parts[4];
  msghdr message{};
  message.msg_iov = parts;
  for (; message.msg_iovlen < count && message.msg_iovlen < 4; ++message.msg_iovlen) {
    const Chunk& chunk = chunks[message.msg_iovlen];
    parts[message.msg_iovlen] = {const_cast<char*>(chunk.data), chunk.size};
  }
  return moved(::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT));
}

void AsioWire::await_readable() {
  if (awaits_read_) return;
  awaits_read_ = true;
  socket_.async_wait(asio::ip::tcp::socket::wait_read, [self = shared_from_this()](std::error_code) {
    self->awaits_read_ = false;
    if (self->observer_ != nullptr) self->observer_->on_readable();
  });
}

void AsioWire::await_writable() {
  if (awaits_write_) return;
  awaits_write_ = true;
  socket_.async_wait(asio::ip::tcp::socket::wait_write, [self = shared_from_this()](std::error_code) {
    self->awaits_write_ = false;
    if (self->observer_ != nullptr) self->observer_->on_writable();
  });
}

void AsioWire::finish() noexcept {
  std::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void AsioWire::close() noexcept {
  observer_ = nullptr;
  std::error_code ignored;
  socket_.close(ignored);
}

std::string AsioWire::local_address() const {
  std::error_code error;
  const auto endpoint = socket_.local_endpoint(error);
  return error ? std::string() : literal(endpoint.address());
}

std::string AsioWire::peer_address() const {
  std::error_code error;
  const auto endpoint = socket_.remote_endpoint(error);
  return error ? std::string() : literal(endpoint.address());
}

std::uint16_t AsioWire::peer_port() const {
  std::error_code error;
  const auto endpoint = socket_.remote_endpoint(error);
  return error ? std::uint16_t{0} : endpoint.port();
}

}  // namespace pushwire::net
