#include "load/protocols/websocket_frames.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "cuts.hpp"

namespace pushwire::bench::load {
namespace {

using Kind = WebSocketFrames::Kind;

std::string frame(int first, const std::string& payload) {
  std::string bytes(1, static_cast<char>(first));
  if (payload.size() <= 125) {
    bytes += static_cast<char>(payload.size());
  } else {
    bytes += static_cast<char>(126);
    bytes += static_cast<char>(payload.size() >> 8);
    bytes += static_cast<char>(payload.size() & 0xFF);
  }
  return bytes + payload;
}

// What the pieces hold: "message:…", "ping:…", …; each item in turn, up to the one that breaks the protocol.
std::vector<std::string> read(const std::vector<std::string_view>& pieces) {
  static const char* const kNames[] = {"none", "message:", "ping:", "pong:", "close:", "broken"};
  WebSocketFrames frames;
  std::vector<std::string> items;
  for (std::string_view piece : pieces) {
    // Read from a copy that ends with the piece, so that nothing is read behind it.
    const std::string copy(piece);
    std::string_view rest = copy;
    for (auto item = frames.next(rest); item.kind != Kind::none; item = frames.next(rest)) {
      items.push_back(kNames[static_cast<int>(item.kind)] + std::string(item.payload));
      if (item.kind == Kind::broken) return items;
    }
    EXPECT_TRUE(rest.empty());
  }
  return items;
}

void expect_in_any_cut(const std::string& bytes, const std::vector<std::string>& items) {
  for (const auto& pieces : cuts(bytes)) ASSERT_EQ(read(pieces), items) << "cut behind " << pieces.front().size();
}

TEST(WebSocketFramesTest, messages_are_read_however_they_are_cut) {
  const std::string medium(126, 'm');
  const std::string longer(300, 'l');
  expect_in_any_cut(frame(0x81, "hello") + frame(0x82, "") + frame(0x81, medium) + frame(0x81, longer),
                    {"message:hello", "message:", "message:" + medium, "message:" + longer});
}

TEST(WebSocketFramesTest, a_length_of_eight_bytes_is_read) {
  std::string bytes("\x81\x7f\0\0\0\0\0\1\0\0", 10);
  bytes.append(65536, 'x');
  EXPECT_EQ(read({bytes}), (std::vector<std::string>{"message:" + std::string(65536, 'x')}));
  EXPECT_EQ(read({std::string_view(bytes).substr(0, 9), std::string_view(bytes).substr(9)}),
            (std::vector<std::string>{"message:" + std::string(65536, 'x')}));
}

TEST(WebSocketFramesTest, fragments_make_one_message_with_control_frames_between_them) {
  expect_in_any_cut(frame(0x01, "one ") + frame(0x89, "p") + frame(0x00, "two ") + frame(0x8A, "q") +
                        frame(0x80, "three") + frame(0x81, "next") + frame(0x88, "\x03\xe8"),
                    {"ping:p", "pong:q", "message:one two three", "message:next", "close:\x03\xe8"});
}

TEST(WebSocketFramesTest, what_breaks_the_protocol_is_said_and_ends_it) {
  const std::string good = frame(0x81, "good");
  const std::string faults[] = {
      frame(0xC1, "reserved bit"),
      frame(0x83, "no such kind of data"),
      frame(0x8B, "no such control frame"),
      frame(0x09, "a ping in fragments"),
      frame(0x88, std::string(126, 'c')),
      frame(0x80, "continues nothing"),
      frame(0x01, "one") + frame(0x81, "begins before the other has ended"),
      std::string("\x81\x84mask", 6) + "text",
      std::string("\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10),
      std::string("\x81\x7f\0\0\0\0\x7f\xff\xff\xff", 10),
  };
  for (const std::string& fault : faults) expect_in_any_cut(good + fault, {"message:good", "broken"});
}

TEST(WebSocketFramesTest, fragments_do_not_add_up_beyond_the_limit) {
  WebSocketFrames frames;
  std::string piece("\x01\x7f\0\0\0\0\0\x80\0\0", 10);
  piece.append(0x800000, 'x');
  auto kind = Kind::none;
  for (int i = 0; i < 4 && kind == Kind::none; ++i) {
    std::string_view rest = piece;
    kind = frames.next(rest).kind;
    piece[0] = 0x00;
  }
  EXPECT_EQ(kind, Kind::broken);
  EXPECT_STREQ(frames.fault(), "a message is too long");
}

TEST(WebSocketFramesTest, any_bytes_end_in_items_or_in_a_fault) {
  std::mt19937 random(1);
  std::uniform_int_distribution<int> byte(0, 255);
  for (int run = 0; run < 2000; ++run) {
    std::string bytes = frame(0x81, "begin");
    for (int i = 0; i < 40; ++i) bytes += static_cast<char>(byte(random));
    const auto whole = read({bytes});
    const std::size_t at = static_cast<std::size_t>(byte(random)) % bytes.size();
    EXPECT_EQ(read({std::string_view(bytes).substr(0, at), std::string_view(bytes).substr(at)}), whole);
  }
}

TEST(MaskedFrame, it_is_what_a_client_has_to_send) {
  EXPECT_EQ(masked_frame(Opcode::pong, "hi"), std::string("\x8a\x82\0\0\0\0hi", 8));
  EXPECT_EQ(masked_frame(Opcode::text, std::string(200, 'x')).substr(0, 8), std::string("\x81\xfe\0\xc8\0\0\0\0", 8));
  EXPECT_EQ(masked_frame(Opcode::text, std::string(70000, 'x')).substr(0, 10),
            std::string("\x81\xff\0\0\0\0\0\1\x11\x70", 10));
}

}  // namespace
}  // namespace pushwire::bench::load
