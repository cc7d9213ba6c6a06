// How events are asked for, and in which form they come: just what it takes to be a server of each kind.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pushwire::bench::limit {

enum class Format : std::uint8_t { websocket, event_stream, long_poll };
constexpr Format kFormats[] = {Format::websocket, Format::event_stream, Format::long_poll};

struct Opening {
  Format format = Format::websocket;
  std::string answer;  // the whole head; none where the request waits for the next events
};

// Of a request's head, up to and with its blank line: an event stream where the path is /sse, a long-poll where it is
// /long-poll, else a WebSocket (RFC 6455, 4.2.2). Nothing where it is none of them.
std::optional<Opening> open_stream(std::string_view head);

// Adds one event's bytes.
void append_event(Format format, std::string_view payload, std::string& out);
// The answer to a long-poll with these events.
std::string long_poll_answer(std::string_view events);

}  // namespace pushwire::bench::limit
