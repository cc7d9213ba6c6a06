#include <gtest/gtest.h>

#include <string>

#include "plugins/transports/websocket/client.hpp"

namespace pushwire {
namespace {

using Frames = std::vector<RecordingInbox::Frame>;

TEST(WebSocketMessage, is_unmasked_as_in_the_example_of_the_rfc) {
  WebSocketClient client;
  const std::string hello = bytes({0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58});
  EXPECT_EQ(hello, masked_frame(kFin | kText, "Hello"));
  EXPECT_EQ(client.send(hello), Verdict::go_on);
  EXPECT_EQ(client.inbox.frames, (Frames{{"Hello", ""}}));
  EXPECT_EQ(client.out, "");
}

TEST(WebSocketMessage, is_put_together_from_fragments_with_control_frames_between) {
  WebSocketClient client;
  client.send(masked_frame(kText, "Hel") + masked_frame(kFin | kPing, "a") + masked_frame(kContinuation, "") +
              masked_frame(kFin | kPong, "b") + masked_frame(kFin | kContinuation, "lo", "\x01\x02\x03\x04"));
  EXPECT_EQ(client.inbox.frames, (Frames{{"Hello", ""}}));
  EXPECT_EQ(client.out, plain_frame(kFin | kPong, "a"));
}

TEST(WebSocketMessage, of_bytes_is_split_at_the_first_line_feed) {
  WebSocketClient client;
  client.send(masked_frame(kFin | kBinary, "{\"send\":\"x\"}\n" + std::string("\0\n\xFF", 3)) +
              masked_frame(kFin | kBinary, "{}\n") + masked_frame(kFin | kBinary, "{}") +
              masked_frame(kFin | kBinary, ""));
  EXPECT_EQ(client.inbox.frames,
            (Frames{{"{\"send\":\"x\"}", std::string("\0\n\xFF", 3)}, {"{}", ""}, {"{}", ""}, {"", ""}}));
}

TEST(WebSocketMessage, arrives_whole_wherever_its_bytes_are_cut) {
  const std::string stream = masked_frame(kText, "gr\xC3") + masked_frame(kFin | kPing, "ping") +
                             masked_frame(kFin | kContinuation, "\xBC\xC3\x9F") +
                             masked_frame(kFin | kText, std::string(300, 'x')) + masked_frame(kFin | kText, "") +
                             masked_frame(kFin | kBinary, "a\nb");
  const Frames expected{{"gr\xC3\xBC\xC3\x9F", ""}, {std::string(300, 'x'), ""}, {"", ""}, {"a", "b"}};
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    WebSocketClient client;
    client.send(stream.substr(0, cut));
    client.send(stream.substr(cut));
    ASSERT_EQ(client.inbox.frames, expected) << cut;
    ASSERT_EQ(client.out, plain_frame(kFin | kPong, "ping")) << cut;
  }
  for (std::size_t piece = 1; piece < 20; ++piece) {
    WebSocketClient client;
    EXPECT_EQ(client.send(stream, piece), Verdict::go_on);
    ASSERT_EQ(client.inbox.frames, expected) << piece;
  }
}

TEST(WebSocketMessage, has_any_length_up_to_the_limit) {
  for (const std::size_t size : {0u, 1u, 125u, 126u, 127u, 65535u, 65536u}) {
    WebSocketClient client(65536);
    EXPECT_EQ(client.send(masked_frame(kFin | kText, std::string(size, 'x')), 1000), Verdict::go_on) << size;
    ASSERT_EQ(client.inbox.frames.size(), 1u);
    EXPECT_EQ(client.inbox.frames[0].json, std::string(size, 'x'));
  }
}

TEST(WebSocketMessage, leaves_each_client_its_own) {
  const auto transport = make_websocket_transport();
  Head head;
  const auto one = transport->open(handshake(), head);
  const auto two = transport->open(handshake(), head);
  RecordingInbox first, second;
  std::string out;
  std::string a = masked_frame(kText, "a");
  std::string b = masked_frame(kText, "b");
  std::string end = masked_frame(kFin | kContinuation, "!");
  std::string same_end = end;
  one->receive(a.data(), a.size(), first, out);
  two->receive(b.data(), b.size(), second, out);
  one->receive(end.data(), end.size(), first, out);
  two->receive(same_end.data(), same_end.size(), second, out);
  EXPECT_EQ(first.frames, (Frames{{"a!", ""}}));
  EXPECT_EQ(second.frames, (Frames{{"b!", ""}}));
}

TEST(WebSocketPing, is_answered_with_its_bytes) {
  WebSocketClient client;
  client.send(masked_frame(kFin | kPing, "Hello") + masked_frame(kFin | kPing, "") +
              masked_frame(kFin | kPing, std::string(125, '\0')));
  EXPECT_EQ(client.out,
            bytes({0x8A, 0x05}) + "Hello" + bytes({0x8A, 0x00}) + bytes({0x8A, 0x7D}) + std::string(125, '\0'));
  EXPECT_TRUE(client.inbox.frames.empty());
}

// What a flood makes us write is less than the flood, so reading less often bounds it.
TEST(WebSocketPing, flood_is_answered_with_fewer_bytes_than_it_has) {
  WebSocketClient client;
  std::string flood;
  for (int count = 0; count < 10'000; ++count) flood += masked_frame(kFin | kPing, "");
  EXPECT_EQ(client.send(flood, 1400), Verdict::go_on);
  EXPECT_EQ(client.out.size(), 20'000u);
}

}  // namespace
}  // namespace pushwire
