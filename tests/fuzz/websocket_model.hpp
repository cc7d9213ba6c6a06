// What a server has to make of a client's frames, written from RFC 6455 and from nothing else: the judge of the
// websocket plugin's framing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pushwire::fuzz {

enum class Utf8 { whole, cut_off, wrong };

// The Unicode standard's table 3-7: well-formed sequences.
inline Utf8 utf8_of(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    const unsigned lead = byte(at++);
    if (lead < 0x80) continue;
    if (lead < 0xC2 || lead > 0xF4) return Utf8::wrong;
    const int more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    for (int left = more; left > 0; --left) {
      if (at == text.size()) return Utf8::cut_off;
      const unsigned next = byte(at++);
      if (next < low || next > high) return Utf8::wrong;
      low = 0x80, high = 0xBF;
    }
  }
  return Utf8::whole;
}

// Section 7.4, and what IANA has registered since.
inline bool may_be_sent(unsigned code) {
  return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
         (code >= 3000 && code <= 4999);
}

struct WebSocketModel {
  struct Message {
    bool binary;
    std::string payload;
  };
  std::vector<Message> messages;   // in order
  std::vector<std::string> pongs;  // that have to be sent, in order
  bool ended = false;              // by a close frame of ours, the last thing sent
  std::set<unsigned> codes;        // ended: one of them; 0: no code
  bool undecided = false;  // a header is cut off that is wrong so far: it has ended with one of `codes`, or not yet

  // `limit`: of a message, in bytes. `most_fragments`: of a message.
  WebSocketModel(std::string_view stream, std::size_t limit, std::size_t most_fragments)
      : rest_(stream), limit_(limit), most_fragments_(most_fragments) {
    while (!ended && !undecided && take_frame()) {
    }
  }

 private:
  std::uint64_t number(std::size_t at, std::size_t size) const {
    std::uint64_t value = 0;
    for (std::size_t index = at; index < at + size; ++index)
      value = value << 8 | static_cast<unsigned char>(rest_[index]);
    return value;
  }

  bool end(unsigned code) {
    ended = true;
    codes.insert(code);
    return false;
  }

  // False: there is no whole frame any more.
  bool take_frame() {
    if (rest_.size() < 2) return false;
    const auto first = static_cast<unsigned char>(rest_[0]);
    const auto second = static_cast<unsigned char>(rest_[1]);
    const unsigned opcode = first & 15;
    const bool fin = (first & 0x80) != 0;
    const bool control = opcode >= 8;
    const unsigned short_size = second & 0x7F;
    const std::size_t size_bytes = short_size == 126 ? 2 : short_size == 127 ? 8 : 0;
    const bool masked = (second & 0x80) != 0;
    const std::size_t header = 2 + size_bytes + (masked ? 4 : 0);

    if ((first & 0x70) != 0 || !masked || (opcode > 2 && opcode < 8) || opcode > 10) codes.insert(1002);
    if (control && (!fin || short_size > 125)) codes.insert(1002);
    if (!control && (opcode == 0) != in_message_) codes.insert(1002);
    if (rest_.size() < header) {
      undecided = !codes.empty();
      return false;
    }
    const std::uint64_t size = size_bytes == 0 ? short_size : number(2, size_bytes);
    if ((size_bytes == 2 && size < 126) || (size_bytes == 8 && (size < 65536 || size >> 63 != 0))) codes.insert(1002);
    if (!control && (size > limit_ || size + (opcode == 0 ? payload_.size() : 0) > limit_)) codes.insert(1009);
    if (!control && (opcode == 0 ? fragments_ : 0) == most_fragments_) codes.insert(1008);
    if (!codes.empty()) return ended = true, false;

    const std::size_t come = static_cast<std::size_t>(std::min<std::uint64_t>(size, rest_.size() - header));
    std::string content(rest_.substr(header, come));
    for (std::size_t index = 0; index < come; ++index) {
      content[index] = static_cast<char>(content[index] ^ rest_[header - 4 + index % 4]);
    }
    const bool whole = come == size;
    rest_.remove_prefix(header + come);
    return control ? take_control(opcode, content, whole) : take_data(opcode, fin, content, whole);
  }

  bool take_data(unsigned opcode, bool fin, const std::string& content, bool whole) {
    if (opcode != 0) binary_ = opcode == 2, payload_.clear(), fragments_ = 0;
    in_message_ = true;
    ++fragments_;
    payload_ += content;
    if (!binary_) {  // what is wrong is told as soon as it is there (section 8.1 allows, and suites ask for it)
      const Utf8 text = utf8_of(payload_);
      if (text == Utf8::wrong || (text == Utf8::cut_off && whole && fin)) return end(1007);
    }
    if (!whole) return false;
    if (!fin) return true;
    in_message_ = false;
    messages.push_back({binary_, payload_});
    return true;
  }

  bool take_control(unsigned opcode, const std::string& content, bool whole) {
    if (!whole) return false;
    if (opcode == 9) pongs.push_back(content);
    if (opcode != 8) return true;
    if (content.empty()) return end(0);
    if (content.size() == 1) return end(1002);
    const unsigned code = static_cast<unsigned char>(content[0]) * 256u + static_cast<unsigned char>(content[1]);
    const bool reason = utf8_of(std::string_view(content).substr(2)) == Utf8::whole;
    if (!may_be_sent(code)) end(1002);
    if (!reason) end(1007);
    return ended ? false : end(code);
  }

  std::string_view rest_;
  const std::size_t limit_;
  const std::size_t most_fragments_;
  bool in_message_ = false;
  bool binary_ = false;
  std::string payload_;
  std::size_t fragments_ = 0;
};

// The frames that a server has sent: unmasked, final, sized in the shortest form. `good` is false where they are not.
struct ServerFrames {
  struct Frame {
    unsigned opcode;
    std::string payload;
  };
  std::vector<Frame> frames;
  bool good = true;

  explicit ServerFrames(std::string_view stream) {
    while (good && !stream.empty()) take(stream);
  }

 private:
  void take(std::string_view& stream) {
    const auto byte = [&](std::size_t index) -> std::uint64_t { return static_cast<unsigned char>(stream[index]); };
    good = stream.size() >= 2 && (byte(0) & 0xF0) == 0x80 && byte(1) < 0x80;
    if (!good) return;
    const std::size_t header = byte(1) < 126 ? 2 : byte(1) == 126 ? 4 : 10;
    if (stream.size() < header) return void(good = false);
    std::uint64_t size = header == 2 ? byte(1) : 0;
    for (std::size_t index = 2; index < header; ++index) size = size << 8 | byte(index);
    good = size >= (header == 2 ? 0u : header == 4 ? 126u : 65536u) && size <= stream.size() - header;
    if (!good) return;
    frames.push_back({static_cast<unsigned>(byte(0) & 15), std::string(stream.substr(header, size))});
    stream.remove_prefix(header + size);
  }
};

}  // namespace pushwire::fuzz
