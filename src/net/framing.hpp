// What the core puts around a transport's bytes on a connection.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pushwire::net {

enum class Framing : std::uint8_t {
  none,     // an upgraded connection, an answer that ends with the connection, or one of known length
  chunked,  // HTTP/1.1 chunks (RFC 9112 section 7.1)
};

// A chunk whose size is known only when its content has been written: begin, append, end. The size is written with
// leading zeros, which RFC 9112 allows (1*HEXDIG).
class FrameBuilder {
 public:
  FrameBuilder(Framing framing, std::string& out) : framing_(framing), out_(out), start_(out.size()) {
    if (framing_ == Framing::chunked) out_ += "00000000\r\n";
    content_ = out_.size();
  }
  FrameBuilder(const FrameBuilder&) = delete;
  FrameBuilder& operator=(const FrameBuilder&) = delete;

  // Completes the frame; one without content vanishes, since an empty chunk would end the answer.
  void end() {
    if (framing_ == Framing::none) return;
    std::size_t size = out_.size() - content_;
    if (size == 0) {
      out_.resize(start_);
      return;
    }
    for (std::size_t digit = start_ + 8; digit-- > start_; size >>= 4) out_[digit] = "0123456789abcdef"[size & 15];
    out_ += "\r\n";
  }

 private:
  Framing framing_;
  std::string& out_;
  std::size_t start_;
  std::size_t content_;
};

inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace pushwire::net
