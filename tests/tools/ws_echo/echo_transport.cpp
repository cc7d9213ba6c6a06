#include "tools/ws_echo/echo_transport.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "plugins/transports/websocket/channel.hpp"
#include "plugins/transports/websocket/handshake.hpp"

namespace pushwire::tools {
namespace {

class EchoConversation final : public Conversation, private websocket::Channel::Receiver {
 public:
  explicit EchoConversation(std::shared_ptr<const websocket::Channels> shared) : channel_(std::move(shared)) {}

  void control(const Control& control, std::string& out) override {
    if (control.kind == Control::Kind::bye) channel_.close(websocket::CloseCode::going_away, {}, out);
  }

  Verdict receive(char* bytes, std::size_t size, Inbox& /*inbox*/, std::string& out) override {
    return channel_.receive(bytes, size, *this, out);
  }

 private:
  void message(websocket::Opcode kind, std::string_view payload, std::string& out) override {
    websocket::FrameWriter frame(kind, payload.size(), out);
    out += payload;
    frame.end();
  }

  websocket::Channel channel_;
};

class EchoTransport final : public Transport {
 public:
  explicit EchoTransport(std::size_t message_bytes) : channels_(websocket::make_channels(message_bytes)) {}

  std::string_view name() const noexcept override { return {}; }

  Traits traits() const noexcept override {
    Traits traits;
    traits.delivery = Delivery::streaming;
    traits.bidirectional = true;
    return traits;
  }

  std::unique_ptr<Conversation> open(const Request& request, Head& answer) const override {
    websocket::answer_handshake(request, answer);
    const auto offered = request.members("Sec-WebSocket-Protocol");
    if (!offered.empty()) answer.add("Sec-WebSocket-Protocol", offered.front());
    return std::make_unique<EchoConversation>(channels_);
  }

  void encode(const Event& /*event*/, const Encoding& /*encoding*/, std::string& /*out*/) const override {}

 private:
  const std::shared_ptr<const websocket::Channels> channels_;
};

}  // namespace

std::unique_ptr<Transport> make_echo_transport(std::size_t message_bytes) {
  return std::make_unique<EchoTransport>(message_bytes);
}

}  // namespace pushwire::tools
