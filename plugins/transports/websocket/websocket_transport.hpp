// `websocket`: RFC 6455 without extensions. Events, controls and replies are text frames, byte payloads are binary
// frames: the JSON head, a line feed, the bytes. Framing, masking and UTF-8 are websocketpp's.
#pragma once

#include <memory>

#include "pushwire/options.hpp"
#include "pushwire/transport.hpp"

namespace pushwire {

// `limits.message_bytes`: one message of a client, over all its fragments; a longer one ends the conversation (1009). A
// client that is in the middle of a message makes its conversation hold that much, one at rest nothing.
std::unique_ptr<Transport> make_websocket_transport(const Limits& limits = {});

}  // namespace pushwire
