#include "load/protocols/websocket_frames.hpp"

#include <algorithm>

namespace pushwire::bench::load {
namespace {

constexpr std::uint8_t kFinal = 0x80, kReserved = 0x70, kOpcode = 0x0F;
constexpr std::uint8_t kMasked = 0x80, kLength = 0x7F;
constexpr std::uint8_t kFirstControl = 8;
constexpr std::size_t kShortLength = 125, kMediumLength = 0xFFFF;

std::uint8_t byte(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

std::size_t head_size(std::string_view frame) {
  const std::uint8_t length = byte(frame, 1) & kLength;
  return length == 126 ? 4 : length == 127 ? 10 : 2;
}

std::uint64_t payload_size(std::string_view frame) {
  const std::size_t head = head_size(frame);
  if (head == 2) return byte(frame, 1) & kLength;
  std::uint64_t size = 0;
  for (std::size_t at = 2; at < head; ++at) size = size << 8 | byte(frame, at);
  return size;
}

// The size of the frame that `bytes` begins with, or more than there is, where its head is cut. Of one too long, the
// head is enough.
std::size_t frame_size(std::string_view bytes) {
  if (bytes.size() < 2) return 2;
  const std::size_t head = head_size(bytes);
  if (bytes.size() < head) return head;
  const std::uint64_t payload = payload_size(bytes);
  return payload > WebSocketFrames::kMostBytes ? head : head + static_cast<std::size_t>(payload);
}

}  // namespace

std::string masked_frame(Opcode opcode, std::string_view payload) {
  const std::size_t size = payload.size();
  const int length_bytes = size <= kShortLength ? 0 : size <= kMediumLength ? 2 : 8;
  std::string frame;
  frame += static_cast<char>(kFinal | static_cast<std::uint8_t>(opcode));
  frame += static_cast<char>(kMasked | (length_bytes == 0 ? size : length_bytes == 2 ? 126 : 127));
  for (int at = length_bytes - 1; at >= 0; --at) frame += static_cast<char>(size >> (8 * at) & 0xFF);
  frame.append(4, '\0');  // the mask, which leaves the payload as it is
  frame += payload;
  return frame;
}

WebSocketFrames::Item WebSocketFrames::next(std::string_view& bytes) {
  while (fault_ == nullptr) {
    const std::string_view frame = whole_frame(bytes);
    if (frame.empty()) return {};
    const Item item = read(frame);
    if (item.kind != Kind::none) return item;
  }
  return {Kind::broken, {}};
}

// Nothing where the bytes end before. Only what was cut is copied.
std::string_view WebSocketFrames::whole_frame(std::string_view& bytes) {
  if (cut_.empty() && frame_size(bytes) <= bytes.size()) {
    const std::string_view frame = bytes.substr(0, frame_size(bytes));
    bytes.remove_prefix(frame.size());
    return frame;
  }
  while (cut_.size() < frame_size(cut_)) {
    if (bytes.empty()) return {};
    const std::size_t more = std::min(frame_size(cut_) - cut_.size(), bytes.size());
    cut_ += bytes.substr(0, more);
    bytes.remove_prefix(more);
  }
  completed_.swap(cut_);
  cut_.clear();
  return completed_;
}

WebSocketFrames::Item WebSocketFrames::read(std::string_view frame) {
  const std::uint8_t first = byte(frame, 0);
  if ((first & kReserved) != 0) return broken("a frame has reserved bits set");
  if ((byte(frame, 1) & kMasked) != 0) return broken("a server's frame is masked");
  if (payload_size(frame) > kMostBytes) return broken("a frame is too long");
  const auto opcode = static_cast<Opcode>(first & kOpcode);
  const bool final = (first & kFinal) != 0;
  const std::string_view payload = frame.substr(head_size(frame));
  return (first & kOpcode) >= kFirstControl ? read_control(opcode, final, payload) : read_data(opcode, final, payload);
}

WebSocketFrames::Item WebSocketFrames::read_control(Opcode opcode, bool final, std::string_view payload) {
  if (!final || payload.size() > kShortLength) return broken("a control frame is fragmented or too long");
  switch (opcode) {
    case Opcode::ping: return {Kind::ping, payload};
    case Opcode::pong: return {Kind::pong, payload};
    case Opcode::close: return {Kind::close, payload};
    default: return broken("a control frame is of no known kind");
  }
}

WebSocketFrames::Item WebSocketFrames::read_data(Opcode opcode, bool final, std::string_view payload) {
  if (opcode > Opcode::binary) return broken("a frame is of no known kind");
  if ((opcode == Opcode::continuation) != in_fragments_) return broken("fragments of messages are mixed up");
  if (final && !in_fragments_) return {Kind::message, payload};
  if (!in_fragments_) message_.clear();
  if (payload.size() > kMostBytes - message_.size()) return broken("a message is too long");
  message_ += payload;
  in_fragments_ = !final;
  return final ? Item{Kind::message, message_} : Item{};
}

WebSocketFrames::Item WebSocketFrames::broken(const char* why) {
  fault_ = why;
  return {Kind::broken, {}};
}

}  // namespace pushwire::bench::load
