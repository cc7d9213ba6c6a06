// Accepts connections on one address and port. Every descriptor is close-on-exec from birth, so that a host that
// starts other programs while serving leaks neither the port nor its clients.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <string>

namespace pushwire::net {

class Listener {
 public:
  // `descriptor`: non-blocking, close-on-exec, the callee's own from here on. `peer`: its address, a literal.
  using Accepted = std::function<void(int descriptor, const std::string& peer)>;
  using Complaint = std::function<void(const std::string& sentence)>;

  // Binds and listens; throws std::system_error that names address and port. `port` 0: any.
  Listener(asio::io_context& io, const std::string& address, std::uint16_t port);

  // What to do with connections from resume() on; each may throw, which costs that connection and passes through.
  void begin(Accepted accepted, Complaint complaint);
  // Waits for connections unless it does already. To be called again after anything has thrown out of a handler.
  void resume();
  void close() noexcept;
  std::uint16_t port() const noexcept { return port_; }

 private:
  void accept_all();

  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  Accepted accepted_;
  Complaint complaint_;
  std::uint16_t port_ = 0;
  bool waiting_ = false;
  bool complained_ = false;
};

}  // namespace pushwire::net
