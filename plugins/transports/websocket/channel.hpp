// The framing of RFC 6455 as a server does it: what a client's frames make up, and the frames that answer them. Knows
// nothing of what messages say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "pushwire/transport.hpp"

namespace pushwire::websocket {

enum class Opcode : std::uint8_t { text = 1, binary = 2, close = 8, pong = 10 };

// Close codes that are ours to say (RFC 6455 section 7.4.1, and IANA's registry).
enum class CloseCode : std::uint16_t {
  going_away = 1001,
  policy_violation = 1008,
  service_restart = 1012,
  try_again_later = 1013,
};

// Writes one unmasked frame, whose payload is appended between the beginning and end(). `expected` guesses the payload's
// size: where it leads to the right size of header, nothing has to be moved.
class FrameWriter {
 public:
  FrameWriter(Opcode opcode, std::size_t expected, std::string& out);
  FrameWriter(const FrameWriter&) = delete;
  FrameWriter& operator=(const FrameWriter&) = delete;
  void end();

 private:
  const Opcode opcode_;
  std::string& out_;
  const std::size_t begin_;
  const std::size_t room_;  // for the header
};

// What the channels of one server share. Any thread.
class Channels;
// `message_bytes`: of one message, over all its fragments; 1009 above that. It has at most 1024 fragments, or one for
// each 64 bytes of that limit: 1008 above that.
std::shared_ptr<const Channels> make_channels(std::size_t message_bytes);

// One client's side of a connection: puts messages together, answers pings, and ends as section 7 says. Holds the part
// of a message that has come, and nothing between messages. Threads: one at a time.
class Channel {
 public:
  class Receiver {
   public:
    // A whole message, text in UTF-8 or binary. The view is good during the call. Frames may be written to `out`.
    virtual void message(Opcode kind, std::string_view payload, std::string& out) = 0;

   protected:
    ~Receiver() = default;
  };

  explicit Channel(std::shared_ptr<const Channels> shared) noexcept;
  ~Channel();

  // Client bytes, in order, cut anywhere; they are unmasked where they are. Anything but `go_on` is the end.
  Verdict receive(char* bytes, std::size_t size, Receiver& receiver, std::string& out);

  // Says goodbye; from then on only the client's own goodbye is heard. `reason`: at most 123 bytes.
  void close(CloseCode code, std::string_view reason, std::string& out);
  // A close frame has been written: no frame may stand behind it (section 5.5.1).
  bool close_sent() const noexcept { return close_sent_; }
  // It is over because the client has broken the rules of RFC 6455, or a limit.
  bool faulted() const noexcept { return faulted_; }

 private:
  class Reader;

  Verdict hear_close(const std::string& payload, std::string& out);
  Verdict fail(std::uint16_t code, std::string_view reason, std::string& out);
  Verdict end(std::uint16_t code, std::string_view reason, std::string& out);

  const std::shared_ptr<const Channels> shared_;
  std::unique_ptr<Reader> reader_;  // only while something of the client's is unfinished
  bool close_sent_ = false;
  bool faulted_ = false;
  bool over_ = false;
};

}  // namespace pushwire::websocket
