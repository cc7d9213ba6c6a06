// A client's side of RFC 6455 section 5.2, written by hand, so that it judges the transport and what it is built on.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/transports/websocket/websocket_transport.hpp"

namespace pushwire {

enum Opcode : unsigned { kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };
constexpr unsigned kFin = 0x80;

inline std::string bytes(std::initializer_list<unsigned> values) {
  std::string out;
  for (const unsigned value : values) out += static_cast<char>(value);
  return out;
}

// Length as it is written behind the first byte: the shortest form. `mask_bit`: 0x80 or 0.
inline std::string length_field(std::uint64_t size, unsigned mask_bit) {
  const auto tail = [&](int count) {
    std::string out;
    for (int shift = (count - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 0xFF);
    return out;
  };
  if (size < 126) return bytes({mask_bit | static_cast<unsigned>(size)});
  if (size < 65536) return bytes({mask_bit | 126}) + tail(2);
  return bytes({mask_bit | 127}) + tail(8);
}

// What a client sends; `first` is the opcode with FIN and reserved bits.
inline std::string masked_frame(unsigned first, std::string_view payload, std::string_view mask = "\x37\xFA\x21\x3D") {
  std::string out = bytes({first}) + length_field(payload.size(), 0x80);
  out += mask;
  for (std::size_t index = 0; index < payload.size(); ++index) {
    out += static_cast<char>(payload[index] ^ mask[index % 4]);
  }
  return out;
}

// What a server sends.
inline std::string plain_frame(unsigned first, std::string_view payload) {
  return bytes({first}) + length_field(payload.size(), 0) + std::string(payload);
}

inline std::string close_payload(unsigned code, std::string_view reason = {}) {
  return bytes({code >> 8, code & 0xFF}) + std::string(reason);
}

// The first frame of `stream` as a server has to write it, cut off from it. Opcode 0 and a failure where it is not.
struct ServerFrame {
  unsigned opcode = 0;
  std::string payload;

  unsigned close_code() const {
    if (opcode != kClose || payload.size() < 2) return 0;
    return static_cast<unsigned char>(payload[0]) * 256u + static_cast<unsigned char>(payload[1]);
  }
};

inline ServerFrame take_server_frame(std::string& stream) {
  const auto byte = [&](std::size_t index) -> std::uint64_t { return static_cast<unsigned char>(stream.at(index)); };
  EXPECT_EQ(byte(0) & 0xF0, kFin) << "not final, or with reserved bits";
  EXPECT_EQ(byte(1) & 0x80, 0u) << "masked";
  std::size_t header = 2;
  std::uint64_t size = byte(1) & 0x7F;
  if (size >= 126) {
    header = size == 126 ? 4 : 10;
    size = 0;
    for (std::size_t index = 2; index < header; ++index) size = size << 8 | byte(index);
    EXPECT_GE(size, header == 4 ? 126u : 65536u) << "length not in its shortest form";
  }
  ServerFrame frame;
  frame.opcode = static_cast<unsigned>(byte(0) & 0xF);
  EXPECT_LE(header + size, stream.size());
  frame.payload = stream.substr(header, size);
  stream.erase(0, header + size);
  return frame;
}

class RecordingInbox final : public Inbox {
 public:
  struct Frame {
    std::string json;
    std::string bytes;
    friend bool operator==(const Frame& a, const Frame& b) { return a.json == b.json && a.bytes == b.bytes; }
  };

  void frame(std::string_view json, std::string_view bytes) override {
    frames.push_back({std::string(json), std::string(bytes)});
  }

  std::vector<Frame> frames;
};

inline Request handshake() {
  Request request;
  request.method = "GET";
  request.target = request.path = "/pushwire/websocket";
  request.fields = {{"Host", "127.0.0.1"},
                    {"Upgrade", "websocket"},
                    {"Connection", "Upgrade"},
                    {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                    {"Sec-WebSocket-Version", "13"}};
  return request;
}

inline Limits message_limit(std::size_t bytes) {
  Limits limits;
  limits.message_bytes = bytes;
  return limits;
}

// One open conversation and all that came of it.
class WebSocketClient {
 public:
  explicit WebSocketClient(std::size_t message_bytes = 65536)
      : transport_(make_websocket_transport(message_limit(message_bytes))) {
    Head head;
    conversation_ = transport_->open(handshake(), head);
  }

  // Sends in pieces of at most `piece` bytes, until a verdict other than go_on.
  Verdict send(std::string stream, std::size_t piece = SIZE_MAX) {
    for (std::size_t place = 0; place < stream.size() && verdict == Verdict::go_on;) {
      const std::size_t size = std::min(piece, stream.size() - place);
      // In a block of its own, so that a step beyond its end is seen by a sanitizer.
      std::vector<char> copy(stream.data() + place, stream.data() + place + size);
      verdict = conversation_->receive(copy.data(), copy.size(), inbox, out);
      place += size;
    }
    return verdict;
  }

  // The code of the close frame that is all there is to read.
  unsigned close_code() {
    if (out.empty()) return 0;
    const unsigned code = take_server_frame(out).close_code();
    EXPECT_EQ(out, "") << "something stands behind the close frame";
    return code;
  }

  Conversation& conversation() { return *conversation_; }

  RecordingInbox inbox;
  std::string out;
  Verdict verdict = Verdict::go_on;

 private:
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<Conversation> conversation_;
};

}  // namespace pushwire
