// How a WebSocket is opened: RFC 6455 section 4.2.
#pragma once

#include <string_view>

#include "pushwire/transport.hpp"

namespace pushwire::websocket {

inline constexpr std::string_view kProtocol = "pushwire.1";

// Judges a client's handshake, and makes `answer` the 101 that accepts it, without a subprotocol. Throws Refusal.
void answer_handshake(const Request& request, Head& answer);

// Subprotocols are compared exactly (section 4.2.2), unlike the tokens of other fields.
bool offers(const Request& request, std::string_view protocol);

}  // namespace pushwire::websocket
