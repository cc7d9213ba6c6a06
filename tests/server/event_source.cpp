#include "server/event_source.hpp"

#include <stdexcept>

namespace pushwire {

EventSource::EventSource(std::uint16_t port, std::string_view target, const HttpFields& fields,
                         std::string_view version, int receive_buffer)
    : socket_(port, receive_buffer) {
  socket_.send(request_text(target, fields, "GET", version));
  head_ = read_head(socket_);
  chunked_ = head_.field("Transfer-Encoding") == "chunked";
}

bool EventSource::more() {
  const std::size_t before = text_.size();
  if (chunked_) {
    chunks_.feed(socket_.buffer(), text_);
  } else {
    text_ += socket_.buffer();
    socket_.buffer().clear();
  }
  parser_.feed(std::string_view(text_).substr(before));
  if (text_.size() > before) return true;
  if (chunks_.ended()) return false;
  if (socket_.receive()) return true;
  if (chunked_ && !socket_.was_reset()) throw std::runtime_error("the stream ended without its last chunk");
  return false;
}

StreamMessage EventSource::next_message() {
  while (given_ == parser_.messages().size()) {
    if (!more()) throw std::runtime_error("the stream ended behind " + std::to_string(given_) + " messages");
  }
  return parser_.messages()[given_++];
}

Item EventSource::next_news() {
  for (;;) {
    Item item = next();
    if (item.control.empty() || item.control == "gap" || item.control == "reset" || item.control == "bye") return item;
  }
}

bool EventSource::ended() {
  while (given_ == parser_.messages().size()) {
    if (!more()) return true;
  }
  return false;
}

}  // namespace pushwire
