// A client's side of `GET /pushwire/websocket` (RFC 6455).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "plugins/transports/websocket/client.hpp"
#include "server/http_client.hpp"
#include "server/items.hpp"

namespace pushwire {

class WebSocketPeer {
 public:
  explicit WebSocketPeer(std::uint16_t port, std::string_view target = "/pushwire/websocket",
                         const HttpFields& fields = {}, int receive_buffer = 0);

  const HttpAnswer& head() const noexcept { return head_; }
  void send(unsigned opcode, std::string_view payload) { socket_.send(masked_frame(kFin | opcode, payload)); }
  void say(std::string_view json) { send(kText, json); }
  // Throws when the connection has ended.
  ServerFrame next_frame();
  Item next();
  // The next that is no hello, live or ping.
  Item next_news();
  // Whether the connection ends without another frame.
  bool ended() { return socket_.buffer().empty() && !socket_.receive(); }

  Socket& socket() noexcept { return socket_; }

 private:
  bool whole_frame() const;

  Socket socket_;
  HttpAnswer head_;
};

HttpFields websocket_fields(const HttpFields& more = {});

}  // namespace pushwire
