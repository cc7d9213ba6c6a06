// The listener, the connections and the hub that Pushwire serves with, in one thread, with an echo as the only transport.
#pragma once

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/hub.hpp"
#include "net/listener.hpp"
#include "net/poller.hpp"
#include "server/core.hpp"

namespace pushwire::tools {

class EchoServer {
 public:
  static constexpr std::size_t kMessageBytes = 16 * 1024 * 1024;

  // Listens; throws what net::Listener throws.
  EchoServer(const std::string& address, std::uint16_t port);
  std::uint16_t port() const noexcept { return listener_.port(); }

  // Serves until SIGTERM or SIGINT.
  void run();

 private:
  class NoPages;

  net::HubSettings settings();
  void arm();

  asio::io_context io_{1};
  asio::signal_set signals_;
  asio::steady_timer timer_;
  net::Listener listener_;
  net::Poller poller_;
  const std::shared_ptr<Core> core_;
  const std::vector<std::shared_ptr<const Transport>> transports_;
  const std::unique_ptr<net::Responder> pages_;
  net::Counters counters_;
  net::Hub hub_;
  std::optional<net::Steady> armed_;
  bool turn_posted_ = false;
};

}  // namespace pushwire::tools
