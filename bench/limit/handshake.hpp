// How a stream is opened, and in which form its events come: just what it takes to be a server of both kinds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pushwire::bench::limit {

enum class Format : std::uint8_t { websocket, event_stream };

struct Opening {
  Format format = Format::websocket;
  std::string answer;  // the whole head
};

// Of a request's head, up to and with its blank line: an event stream where the path is /sse, else a WebSocket (RFC 6455,
// 4.2.2). Nothing where it is neither.
std::optional<Opening> open_stream(std::string_view head);

// Adds one event's bytes.
void append_event(Format format, std::string_view payload, std::string& out);

}  // namespace pushwire::bench::limit
