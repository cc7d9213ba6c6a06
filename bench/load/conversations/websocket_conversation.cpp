#include "load/conversations/websocket_conversation.hpp"

#include "load/conversations/request.hpp"

namespace pushwire::bench::load {
namespace {

// The example of RFC 6455, 1.3: nobody has to be surprised by the key.
constexpr char kHandshake[] =
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
constexpr char kAccept[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

}  // namespace

WebSocketConversation::WebSocketConversation(const Options& options, bool timed, Deliveries& deliveries)
    : Conversation(timed), options_(options), deliveries_(deliveries) {}

void WebSocketConversation::begin(std::uint64_t /*now*/, std::string& out) { out += request(options_, {}, kHandshake); }

void WebSocketConversation::ask(std::uint64_t /*now*/, std::string& /*out*/) {}

void WebSocketConversation::head(const ResponseHead& head) {
  if (head.status / 100 == 1 && head.status != 101) return;  // the answer is yet to come
  status_ = head.status;
  open_ = head.status == 101 && head.websocket_accept == kAccept;
}

Verdict WebSocketConversation::receive(std::string_view bytes, std::uint64_t now, std::string& out) {
  if (!open_) {
    if (!responses_.read(bytes)) return fail(responses_.fault());
    if (status_ == 0) return Verdict::go_on;
    if (!open_) return fail("the handshake is answered with " + std::to_string(status_));
    if (!options_.first.empty()) out += masked_frame(Opcode::text, options_.first);
  }
  return read_frames(bytes, now, out);
}

Verdict WebSocketConversation::read_frames(std::string_view bytes, std::uint64_t now, std::string& out) {
  using Kind = WebSocketFrames::Kind;
  for (;;) {
    const auto item = frames_.next(bytes);
    switch (item.kind) {
      case Kind::none: return Verdict::go_on;
      case Kind::message: deliveries_.take(place_, item.payload, now); break;
      case Kind::ping: out += masked_frame(Opcode::pong, item.payload); break;
      case Kind::pong: break;
      case Kind::close: out += masked_frame(Opcode::close, item.payload.substr(0, 2)); return Verdict::close;
      case Kind::broken: return fail(frames_.fault());
    }
  }
}

Verdict WebSocketConversation::end(std::uint64_t /*now*/) { return Verdict::close; }

}  // namespace pushwire::bench::load
