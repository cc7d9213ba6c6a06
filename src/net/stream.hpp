// A reader that goes on until its connection ends: SSE, WebSocket.
#pragma once

#include <string>
#include <vector>

#include "net/reader.hpp"
#include "net/replies.hpp"
#include "session/client_frame.hpp"

namespace pushwire::net {

struct Rendered;

class Stream final : public Reader {
 public:
  // `token`: what a stream without a record was given, which makes it a session's on first use.
  Stream(Connection& connection, Setup setup, const session::Token& token);
  ~Stream() override;

  struct Greeting {
    std::string_view session;
    std::string_view session_state;
    std::uint64_t last_id = 0;
  };
  // The first bytes: `head` (already complete HTTP), hello, and what is due.
  void begin(std::string head, const Greeting& greeting);

  void pump() override;
  void nudge() override;
  void rights_changed() override;
  void ping();
  // Its token has been used: it is one of the session's connections from here on.
  void adopt(session::RecordPtr record);
  const session::Token& token() const noexcept { return token_; }
  // There may be room for replies again.
  void drained();
  // Its identity holds until then; Steady::max(): to the end.
  void ends_at(Steady when) noexcept { ends_at_ = when; }
  Steady ends_at() const noexcept { return ends_at_; }
  // The cohort's bytes could not all be taken: the stream reads on by itself from `place`.
  void fell_behind(const log::Place& place) noexcept;
  // Says goodbye behind what is pending, and ends the connection once it is flushed.
  void bye(Control::Reason reason, Control::Reconnect reconnect, std::uint32_t after_ms);
  // Bytes of the client, of a bidirectional transport.
  void receive(char* bytes, std::size_t size);

  log::Place place() const noexcept;

 private:
  class Frames;
  class Outlet;

  void hear(std::string_view json, std::string_view bytes);
  void subscribe(const std::vector<std::string>& patterns, const std::vector<std::string>& fresh);
  bool has_room() const noexcept;
  void give(const ReplyFrame& reply);
  void refuse(const session::ClientFrame& said, std::string_view code, std::string_view message);
  void hand_in(session::ClientFrame said, std::string_view bytes);
  // Makes the record on first use. False: refused, which has been said.
  bool known(const session::ClientFrame& said);
  void send(std::string_view out);
  void send_control(const Control& control);
  void append_ping(std::string& out);
  void append_control(const Control& control, std::string& out);
  void append_loss(const log::Loss& loss, std::string& out);
  void advance(const Rendered& batch, std::string& before);

  session::Token token_;
  std::unique_ptr<Outlet> outlet_;  // once there was something to reply to
  Steady ends_at_ = Steady::max();
  Sequence pinged_ = 0;            // where the last ping stood
  bool ping_due_ = false;          // once it is level
  bool flooded_ = false;           // its client said too much
  bool closing_ = false;           // bye has been said
  std::string* outbox_ = nullptr;  // while client bytes are being taken: where own bytes are gathered
};

}  // namespace pushwire::net
