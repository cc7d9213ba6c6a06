// A client's side of `GET /pushwire/sse`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "plugins/event_stream_parser.hpp"
#include "server/http_client.hpp"
#include "server/items.hpp"

namespace pushwire {

class EventSource {
 public:
  explicit EventSource(std::uint16_t port, std::string_view target = "/pushwire/sse", const HttpFields& fields = {},
                       std::string_view version = "HTTP/1.1", int receive_buffer = 0);

  const HttpAnswer& head() const noexcept { return head_; }
  // The next message. Throws when the stream has ended.
  StreamMessage next_message();
  Item next() { return item_of(next_message()); }
  // The next that is no hello, live or ping.
  Item next_news();
  // Waits for the end; false: another message came. Complete where chunks are.
  bool ended();

  std::string_view text() const noexcept { return text_; }  // all of the stream so far
  const EventStreamParser& parser() const noexcept { return parser_; }
  Socket& socket() noexcept { return socket_; }

 private:
  bool more();  // false: ended

  Socket socket_;
  HttpAnswer head_;
  bool chunked_ = false;
  ChunkDecoder chunks_;
  std::string text_;
  EventStreamParser parser_;
  std::size_t given_ = 0;
};

}  // namespace pushwire
