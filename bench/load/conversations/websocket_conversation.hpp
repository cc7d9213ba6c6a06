// A WebSocket that only listens, but for a first message and the answers to pings.
#pragma once

#include "load/conversations/conversation.hpp"
#include "load/protocols/http_responses.hpp"
#include "load/protocols/websocket_frames.hpp"

namespace pushwire::bench::load {

class WebSocketConversation final : public Conversation, private HttpResponses::Reader {
 public:
  WebSocketConversation(const Options& options, bool timed, Deliveries& deliveries);

  void begin(std::uint64_t now, std::string& out) override;
  Verdict receive(std::string_view bytes, std::uint64_t now, std::string& out) override;
  Verdict end(std::uint64_t now) override;
  void ask(std::uint64_t now, std::string& out) override;

 private:
  void head(const ResponseHead& head) override;
  void body(std::string_view /*piece*/) override {}
  void complete(bool /*keeps_alive*/) override {}
  Verdict read_frames(std::string_view bytes, std::uint64_t now, std::string& out);

  const Options& options_;
  Deliveries& deliveries_;
  HttpResponses responses_{*this};
  WebSocketFrames frames_;
  int status_ = 0;  // of the answer to the handshake; 0: its head is not complete
};

}  // namespace pushwire::bench::load
