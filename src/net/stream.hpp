// A reader that goes on until its connection ends: SSE, WebSocket.
#pragma once

#include <string>
#include <vector>

#include "net/reader.hpp"

namespace pushwire::net {

class Stream final : public Reader, private Inbox {
 public:
  using Reader::Reader;

  struct Greeting {
    std::string_view session;
    std::string_view session_state;
  };
  // The first bytes: `head` (already complete HTTP), hello, and what is due.
  void begin(std::string_view head, const Greeting& greeting);

  void pump() override;
  void ping();
  // The cohort's bytes could not all be taken: the stream reads on by itself from `place`.
  void fell_behind(const log::Place& place) noexcept;
  // Says goodbye behind what is pending, and ends the connection once it is flushed.
  void bye(Control::Reason reason, Control::Reconnect reconnect, std::uint32_t after_ms);
  // Bytes of the client, of a bidirectional transport.
  void receive(char* bytes, std::size_t size);

  log::Place place() const noexcept;

 private:
  void frame(std::string_view json, std::string_view bytes) override;
  void subscribe(const std::vector<std::string>& patterns, const std::vector<std::string>& fresh);
  void send_reply(const ReplyFrame& reply);
  void send_control(const Control& control);
  void append_control(const Control& control, std::string& out);
  void append_loss(const log::Loss& loss, std::string& out);
  void advance(std::string& before);

  bool closing_ = false;           // bye has been said
  std::string* outbox_ = nullptr;  // while client bytes are being taken: where own bytes are gathered
};

}  // namespace pushwire::net
