#include "server/websocket_peer.hpp"

#include <stdexcept>

namespace pushwire {

HttpFields websocket_fields(const HttpFields& more) {
  HttpFields fields{{"Upgrade", "websocket"},
                    {"Connection", "Upgrade"},
                    {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                    {"Sec-WebSocket-Version", "13"}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

WebSocketPeer::WebSocketPeer(std::uint16_t port, std::string_view target, const HttpFields& fields, int receive_buffer)
    : socket_(port, receive_buffer) {
  socket_.send(request_text(target, websocket_fields(fields)));
  head_ = read_head(socket_);
  if (head_.status != 101) throw std::runtime_error("the handshake was answered with " + std::to_string(head_.status));
  if (head_.field("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") throw std::runtime_error("wrong accept");
}

bool WebSocketPeer::whole_frame() const {
  const std::string& buffer = socket_.buffer();
  const auto byte = [&](std::size_t index) -> std::uint64_t { return static_cast<unsigned char>(buffer[index]); };
  if (buffer.size() < 2) return false;
  const std::uint64_t small = byte(1) & 0x7F;
  const std::size_t header = small < 126 ? 2 : small == 126 ? 4 : 10;
  if (buffer.size() < header) return false;
  std::uint64_t size = small;
  if (header > 2) {
    size = 0;
    for (std::size_t index = 2; index < header; ++index) size = size << 8 | byte(index);
  }
  return buffer.size() - header >= size;
}

ServerFrame WebSocketPeer::next_frame() {
  while (!whole_frame()) {
    if (!socket_.receive()) throw std::runtime_error("the connection ended: " + socket_.buffer().substr(0, 200));
  }
  return take_server_frame(socket_.buffer());
}

Item WebSocketPeer::next() {
  const ServerFrame frame = next_frame();
  if (frame.opcode == kBinary) {
    const std::size_t end = frame.payload.find('\n');
    Item item = item_of(std::string_view(frame.payload).substr(0, end));
    item.bytes = frame.payload.substr(end + 1);
    return item;
  }
  if (frame.opcode != kText) throw std::runtime_error("a frame of opcode " + std::to_string(frame.opcode));
  return item_of(std::string_view(frame.payload));
}

Item WebSocketPeer::next_news() {
  for (;;) {
    Item item = next();
    if (item.control.empty() || item.control == "gap" || item.control == "reset" || item.control == "bye") return item;
  }
}

}  // namespace pushwire
