#include "websocket_transport.hpp"

#include <algorithm>
#include <utility>

#include "channel.hpp"
#include "handshake.hpp"

namespace pushwire {
namespace {

using websocket::Channel;
using websocket::Channels;
using websocket::CloseCode;
using websocket::FrameWriter;
using websocket::Opcode;

template <class Said>
void append_text(const Said& said, std::size_t expected, std::string& out) {
  FrameWriter frame(Opcode::text, expected, out);
  append_json(said, out);
  frame.end();
}

class WebSocketConversation final : public Conversation {
 public:
  explicit WebSocketConversation(std::shared_ptr<const Channels> shared) noexcept : channel_(std::move(shared)) {}

  void control(const Control& control, std::string& out) override {
    if (channel_.close_sent()) return;
    constexpr std::size_t kExpected = 200;
    append_text(control, kExpected, out);
    if (control.kind == Control::Kind::bye) close(control.reason, out);
  }

  void reply(const ReplyFrame& reply, std::string& out) override {
    if (channel_.close_sent()) return;
    constexpr std::size_t kAround = 80;
    append_text(reply, kAround + reply.data.size() + reply.error_message.size(), out);
  }

  Verdict receive(char* bytes, std::size_t size, Inbox& inbox, std::string& out) override {
    Messages messages(inbox);
    return channel_.receive(bytes, size, messages, out);
  }

  bool faulted() const noexcept override { return channel_.faulted(); }

 private:
  // Text is a frame of the protocol; binary is one, a line feed, and the bytes that go with it.
  class Messages final : public Channel::Receiver {
   public:
    explicit Messages(Inbox& inbox) noexcept : inbox_(inbox) {}

    void message(Opcode kind, std::string_view payload, std::string& /*out*/) override {
      if (kind == Opcode::text) return inbox_.frame(payload);
      const std::size_t head = std::min(payload.find('\n'), payload.size());
      inbox_.frame(payload.substr(0, head), payload.substr(std::min(head + 1, payload.size())));
    }

   private:
    Inbox& inbox_;
  };

  void close(Control::Reason reason, std::string& out) {
    switch (reason) {
      case Control::Reason::shutdown: return channel_.close(CloseCode::service_restart, "shutdown", out);
      case Control::Reason::idle: return channel_.close(CloseCode::going_away, "idle", out);
      case Control::Reason::too_slow: return channel_.close(CloseCode::try_again_later, "too-slow", out);
      case Control::Reason::policy: return channel_.close(CloseCode::policy_violation, "policy", out);
    }
  }

  Channel channel_;
};

class WebSocketTransport final : public Transport {
 public:
  explicit WebSocketTransport(std::size_t message_bytes) : channels_(websocket::make_channels(message_bytes)) {}

  std::string_view name() const noexcept override { return "websocket"; }

  Traits traits() const noexcept override {
    Traits traits;
    traits.delivery = Delivery::streaming;
    traits.bidirectional = true;
    traits.binary = true;
    return traits;
  }

  std::unique_ptr<Conversation> open(const Request& request, Head& answer) const override {
    websocket::answer_handshake(request, answer);
    // A browser gives up where a protocol is selected that it has not offered; `pushwire.session.…` never is one.
    if (websocket::offers(request, websocket::kProtocol)) answer.add("Sec-WebSocket-Protocol", websocket::kProtocol);
    return std::make_unique<WebSocketConversation>(channels_);
  }

  void encode(const Event& event, const Encoding& encoding, std::string& out) const override {
    constexpr std::size_t kAround = 70;  // id, names and braces
    const std::size_t expected = kAround + event.type.size() + event.key.size() + event.payload.size();
    const bool binary = event.format == Event::Payload::bytes && !event.removed;
    FrameWriter frame(binary ? Opcode::binary : Opcode::text, expected, out);
    if (binary) {
      append_json_head(event, encoding, out);
      out += '\n';
      out += event.payload;
    } else {
      append_json(event, encoding, out);
    }
    frame.end();
  }

 private:
  const std::shared_ptr<const Channels> channels_;
};

}  // namespace

std::unique_ptr<Transport> make_websocket_transport(const Limits& limits) {
  return std::make_unique<WebSocketTransport>(limits.message_bytes);
}

}  // namespace pushwire
