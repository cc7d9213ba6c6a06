#include <gtest/gtest.h>

#include <string>

#include "plugins/sample_event.hpp"
#include "plugins/transports/websocket/client.hpp"

namespace pushwire {
namespace {

class WebSocketEncoding : public testing::Test {
 protected:
  // Behind bytes that are there already, which have to stay.
  ServerFrame encoded(const SampleEvent& sample, Encoding encoding = {}) const {
    std::string out = "before";
    transport_->encode(sample.event, encoding, out);
    EXPECT_EQ(out.substr(0, 6), "before");
    out.erase(0, 6);
    const ServerFrame frame = take_server_frame(out);
    EXPECT_EQ(out, "");
    return frame;
  }

  const std::unique_ptr<Transport> transport_ = make_websocket_transport();
};

TEST_F(WebSocketEncoding, of_an_event_is_a_text_frame_of_its_json) {
  const ServerFrame frame = encoded({"temperature", "21.5"});
  EXPECT_EQ(frame.opcode, kText);
  EXPECT_EQ(frame.payload, R"({"id":"k3x9a2mq-1042","event":"temperature","data":21.5})");
}

TEST_F(WebSocketEncoding, says_what_the_reader_asked_for) {
  Encoding encoding;
  encoding.snapshot = true;
  encoding.with_time = true;
  SampleEvent sample("t", "1");
  EXPECT_EQ(encoded(sample.keyed("k"), encoding).payload,
            R"({"id":"k3x9a2mq-1042","event":"t","key":"k","snapshot":true,"at":1700000000123,"data":1})");
}

TEST_F(WebSocketEncoding, of_bytes_is_a_binary_frame_of_head_line_feed_and_bytes) {
  const ServerFrame frame = encoded({"frame", std::string("\0\n\xFF", 3), Event::Payload::bytes});
  EXPECT_EQ(frame.opcode, kBinary);
  EXPECT_EQ(frame.payload, "{\"id\":\"k3x9a2mq-1042\",\"event\":\"frame\"}\n" + std::string("\0\n\xFF", 3));
}

TEST_F(WebSocketEncoding, of_removed_bytes_is_text_since_there_are_none) {
  const ServerFrame frame = encoded(SampleEvent("frame", "", Event::Payload::bytes).keyed("k").removed());
  EXPECT_EQ(frame.opcode, kText);
  EXPECT_EQ(frame.payload, R"({"id":"k3x9a2mq-1042","event":"frame","key":"k","removed":true})");
}

// Around the lengths where a header of two bytes becomes one of four, and one of ten.
TEST_F(WebSocketEncoding, has_the_shortest_header_at_every_length) {
  for (const std::size_t edge : {126u, 65536u}) {
    for (std::size_t size = edge - 120; size < edge + 20; ++size) {
      std::string payload(size - 2, 'x');
      payload.insert(0, 1, '"');
      payload += '"';
      ASSERT_EQ(encoded({"t", payload}).payload, R"({"id":"k3x9a2mq-1042","event":"t","data":)" + payload + '}');
    }
  }
}

// Much more than the payload announces, since escapes are longer than what they stand for.
TEST_F(WebSocketEncoding, makes_room_for_a_key_that_grows) {
  SampleEvent sample("t", "1");
  const std::string key(60, '\x01');
  std::string escaped;
  for (int count = 0; count < 60; ++count) escaped += "\\u0001";
  EXPECT_EQ(encoded(sample.keyed(key)).payload,
            R"({"id":"k3x9a2mq-1042","event":"t","key":")" + escaped + R"(","data":1})");
}

TEST_F(WebSocketEncoding, of_controls_and_replies_is_a_text_frame) {
  WebSocketClient client;
  Control hello;
  hello.kind = Control::Kind::hello;
  hello.transports = std::vector<std::string_view>(300, "websocket");
  client.conversation().control(hello, client.out);
  Control ping;
  client.conversation().control(ping, client.out);
  ReplyFrame reply;
  reply.id = 7;
  const std::string data = '"' + std::string(70'000, 'x') + '"';
  reply.data = data;
  client.conversation().reply(reply, client.out);

  std::string json;
  append_json(hello, json);
  EXPECT_EQ(take_server_frame(client.out).payload, json);
  const ServerFrame second = take_server_frame(client.out);
  EXPECT_EQ(second.opcode, kText);
  EXPECT_EQ(second.payload, R"({"control":"ping"})");
  EXPECT_EQ(take_server_frame(client.out).payload, R"({"reply":7,"data":)" + data + '}');
  EXPECT_EQ(client.out, "");
}

}  // namespace
}  // namespace pushwire
