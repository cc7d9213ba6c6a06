// A plain TCP socket as a Wire. Asio only waits; bytes are moved by non-blocking system calls at once.
#pragma once

#include <asio/ip/tcp.hpp>
#include <memory>
#include <string>

#include "net/wire.hpp"

namespace pushwire::net {

class AsioWire final : public Wire, public std::enable_shared_from_this<AsioWire> {
 public:
  // `socket`: connected, non-blocking, close-on-exec.
  explicit AsioWire(asio::ip::tcp::socket socket) noexcept : socket_(std::move(socket)) {}

  Moved read(char* into, std::size_t capacity) noexcept override;
  Moved write(const Chunk* chunks, std::size_t count) noexcept override;
  void await_readable() override;
  void await_writable() override;
  void finish() noexcept override;
  void close() noexcept override;
  std::string local_address() const override;
  std::string peer_address() const override;
  std::uint16_t peer_port() const override;

 private:
  asio::ip::tcp::socket socket_;
  bool awaits_read_ = false;
  bool awaits_write_ = false;
};

}  // namespace pushwire::net
