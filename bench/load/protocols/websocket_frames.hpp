// Reads the frames of a WebSocket server (RFC 6455) from its bytes, however they are cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pushwire::bench::load {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

// A client's frame.
std::string masked_frame(Opcode opcode, std::string_view payload);

class WebSocketFrames {
 public:
  // Of a message. A length that a server gets wrong must not fill the memory.
  static constexpr std::size_t kMostBytes = std::size_t{16} << 20;

  enum class Kind : std::uint8_t {
    none,  // nothing more is complete
    message,
    ping,
    pong,
    close,
    broken,  // the server broke the protocol, as fault() says, and nothing can be read any more
  };
  struct Item {
    Kind kind = Kind::none;
    std::string_view payload;  // until the next call, and as long as the bytes are there
  };

  // The next item that is complete. Takes what it has read from the front of `bytes`: everything, where it answers `none`.
  Item next(std::string_view& bytes);
  const char* fault() const { return fault_; }

 private:
  std::string_view whole_frame(std::string_view& bytes);
  Item read(std::string_view frame);
  Item read_control(Opcode opcode, bool final, std::string_view payload);
  Item read_data(Opcode opcode, bool final, std::string_view payload);
  Item broken(const char* why);

  std::string cut_;        // the beginning of a frame
  std::string completed_;  // a frame that was cut
  std::string message_;    // of fragments
  bool in_fragments_ = false;
  const char* fault_ = nullptr;
};

}  // namespace pushwire::bench::load
