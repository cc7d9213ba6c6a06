// A WebSocket that says what it hears: the websocket plugin's handshake and framing without Pushwire's messages above
// them.
#pragma once

#include <cstddef>
#include <memory>

#include "pushwire/transport.hpp"

namespace pushwire::tools {

// Its name is empty. `message_bytes`: of one message. Selects the first subprotocol that a client offers.
std::unique_ptr<Transport> make_echo_transport(std::size_t message_bytes);

}  // namespace pushwire::tools
