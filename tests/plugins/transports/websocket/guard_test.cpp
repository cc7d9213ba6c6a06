// What must end a conversation, and with which code, before it can cost anything.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "plugins/transports/websocket/client.hpp"

namespace pushwire {
namespace {

// The code that `stream` is answered with, whichever way it is cut.
unsigned code_of(const std::string& stream, std::size_t message_bytes = 65536) {
  WebSocketClient whole(message_bytes), bytewise(message_bytes);
  whole.send(stream);
  bytewise.send(stream, 1);
  EXPECT_EQ(whole.verdict, bytewise.verdict);
  EXPECT_EQ(whole.out, bytewise.out);
  EXPECT_TRUE(whole.inbox.frames.empty());
  EXPECT_EQ(whole.verdict, whole.out.empty() ? Verdict::go_on : Verdict::close_after_flush);
  return whole.close_code();
}

std::string header(unsigned first, unsigned length_code, std::uint64_t length) {
  std::string out = bytes({first, 0x80 | length_code});
  for (int shift = length_code == 127 ? 56 : 8; shift >= 0; shift -= 8)
    out += static_cast<char>(length >> shift & 0xFF);
  return out + std::string(4, 'm');
}

TEST(WebSocketGuard, ends_on_a_frame_without_mask) {
  EXPECT_EQ(code_of(bytes({0x81, 0x05}) + "Hello"), 1002u);
  EXPECT_EQ(code_of(bytes({0x89, 0x00})), 1002u);
}

TEST(WebSocketGuard, ends_on_reserved_bits_and_opcodes) {
  for (const unsigned bit : {0x40u, 0x20u, 0x10u}) {
    EXPECT_EQ(code_of(masked_frame(kFin | bit | kText, "x")), 1002u);
    EXPECT_EQ(code_of(masked_frame(kFin | bit | kPing, "")), 1002u);
  }
  for (const unsigned opcode : {3u, 7u, 11u, 15u}) EXPECT_EQ(code_of(masked_frame(kFin | opcode, "")), 1002u);
}

TEST(WebSocketGuard, ends_on_a_control_frame_that_is_long_or_cut) {
  EXPECT_EQ(code_of(masked_frame(kFin | kPing, std::string(126, 'x'))), 1002u);
  EXPECT_EQ(code_of(header(kFin | kClose, 127, 70000)), 1002u);
  EXPECT_EQ(code_of(masked_frame(kPing, "x")), 1002u);
}

TEST(WebSocketGuard, ends_on_fragments_out_of_order) {
  EXPECT_EQ(code_of(masked_frame(kFin | kContinuation, "x")), 1002u);
  EXPECT_EQ(code_of(masked_frame(kText, "x") + masked_frame(kFin | kText, "y")), 1002u);
}

TEST(WebSocketGuard, ends_on_a_length_that_is_not_in_its_shortest_form) {
  EXPECT_EQ(code_of(header(kFin | kText, 126, 125)), 1002u);
  EXPECT_EQ(code_of(header(kFin | kText, 127, 65535)), 1002u);
}

TEST(WebSocketGuard, ends_on_a_message_over_the_limit_at_its_header) {
  EXPECT_EQ(code_of(header(kFin | kText, 126, 1024), 1024), 0u);
  EXPECT_EQ(code_of(header(kFin | kText, 126, 1025), 1024), 1009u);
  EXPECT_EQ(code_of(header(kFin | kBinary, 127, 65537)), 1009u);
  EXPECT_EQ(code_of(masked_frame(kText, std::string(1000, 'x')) + header(kFin | kContinuation, 126, 126), 1024), 1009u);
  EXPECT_EQ(
      code_of(masked_frame(kText, "x") + masked_frame(kContinuation, "y") + header(kContinuation, 126, 1023), 1024),
      1009u);
}

TEST(WebSocketGuard, ends_on_a_length_with_the_highest_bit_set) {
  EXPECT_EQ(code_of(header(kFin | kBinary, 127, 0x4000000000000000)), 1009u);
  EXPECT_EQ(code_of(header(kFin | kBinary, 127, 0x8000000000000000)), 1009u);
  EXPECT_EQ(code_of(header(kFin | kBinary, 127, UINT64_MAX)), 1009u);
}

TEST(WebSocketGuard, ends_on_a_continuation_that_makes_the_sum_wrap) {
  EXPECT_EQ(code_of(masked_frame(kBinary, "x") + header(kContinuation, 127, UINT64_MAX), 1024), 1009u);
  EXPECT_EQ(code_of(masked_frame(kBinary, std::string(900, 'x')) + header(kContinuation, 127, UINT64_MAX - 898), 1024),
            1009u);
}

TEST(WebSocketGuard, ends_on_text_that_is_not_utf8) {
  for (const std::string text : {"\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "a\xC3", "\xE2\x82"}) {
    EXPECT_EQ(code_of(masked_frame(kFin | kText, text)), 1007u) << testing::PrintToString(text);
  }
  EXPECT_EQ(code_of(masked_frame(kText, "a\xE2\x82") + masked_frame(kFin | kContinuation, "b")), 1007u);
}

TEST(WebSocketGuard, ends_on_text_whose_last_fragment_cuts_a_character_off) {
  EXPECT_EQ(code_of(masked_frame(kText, "a") + masked_frame(kFin | kContinuation, "\xE2\x82")), 1007u);
  EXPECT_EQ(code_of(masked_frame(kText, "\xE2\x82") + masked_frame(kFin | kContinuation, "")), 1007u);
}

TEST(WebSocketGuard, ends_on_too_many_fragments_of_one_message) {
  const auto fragments = [](int count) {
    std::string stream = masked_frame(kBinary, "");
    for (int index = 1; index < count; ++index) stream += masked_frame(kContinuation, "");
    return stream;
  };
  EXPECT_EQ(code_of(fragments(1024)), 0u);
  EXPECT_EQ(code_of(fragments(1025)), 1008u);
  EXPECT_EQ(code_of(fragments(2048), 128 * 1024), 0u) << "a longer message may have more of them";
  EXPECT_EQ(code_of(fragments(2049), 128 * 1024), 1008u);
  EXPECT_EQ(code_of(fragments(1024), 1000), 0u);

  WebSocketClient client;  // the count begins anew with each message
  const std::string message = fragments(1000) + masked_frame(kFin | kContinuation, "{}");
  EXPECT_EQ(client.send(message + message + message), Verdict::go_on);
  EXPECT_EQ(client.inbox.frames.size(), 3u);
}

TEST(WebSocketGuard, counts_no_control_frame_as_a_fragment) {
  std::string stream = masked_frame(kText, "a");
  for (int count = 0; count < 3000; ++count) stream += masked_frame(kFin | kPong, "");
  WebSocketClient client;
  EXPECT_EQ(client.send(stream + masked_frame(kFin | kContinuation, "b")), Verdict::go_on);
  EXPECT_EQ(client.inbox.frames.size(), 1u);
}

TEST(WebSocketGuard, hears_nothing_behind_a_fault) {
  WebSocketClient client;
  EXPECT_EQ(client.send(bytes({0x81, 0x00}) + masked_frame(kFin | kText, "{}")), Verdict::close_after_flush);
  client.verdict = Verdict::go_on;
  EXPECT_EQ(client.send(masked_frame(kFin | kText, "{}")), Verdict::close_after_flush);
  EXPECT_TRUE(client.inbox.frames.empty());
  EXPECT_EQ(client.close_code(), 1002u);
}

TEST(WebSocketGuard, survives_any_bytes) {
  std::mt19937 random(6455);
  for (int round = 0; round < 3000; ++round) {
    WebSocketClient client(1024);
    std::string stream;
    for (auto count = random() % 8; count > 0; --count) {
      std::string payload(random() % (random() % 4 == 0 ? 300 : 20), '\0');
      for (char& byte : payload) byte = static_cast<char>(random() % 2 ? 'a' : random());
      const auto first = static_cast<unsigned>(random() & 0xFF);
      stream += masked_frame(first % 4 == 0 ? first : kFin | (first % 11), payload);
    }
    for (auto count = random() % 4; count > 0 && !stream.empty(); --count) {
      stream[random() % stream.size()] = static_cast<char>(random());
    }
    client.send(stream, 1 + random() % 40);
    while (!client.out.empty()) {  // only whole frames come out, and a close frame is the last
      if (take_server_frame(client.out).opcode == kClose) {
        ASSERT_EQ(client.verdict, Verdict::close_after_flush);
        ASSERT_EQ(client.out, "");
      }
    }
  }
}

}  // namespace
}  // namespace pushwire
