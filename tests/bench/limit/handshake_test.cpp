#include "limit/handshake.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pushwire::bench::limit {
namespace {

// The example of RFC 6455, 1.3.
TEST(LimitHandshake, a_websocket_is_accepted_with_the_answer_to_its_key) {
  const auto opening = open_stream(
      "GET /any HTTP/1.1\r\nHost: here\r\nX-Sec-WebSocket-Key: no\r\nsec-websocket-key:  dGhlIHNhbXBsZSBub25jZQ== "
      "\r\n\r\n");
  ASSERT_TRUE(opening);
  EXPECT_EQ(opening->format, Format::websocket);
  EXPECT_EQ(opening->answer.rfind("HTTP/1.1 101 ", 0), 0U);
  EXPECT_NE(opening->answer.find("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"), std::string::npos);
}

TEST(LimitHandshake, an_event_stream_is_what_is_asked_for_at_its_path) {
  for (const char* head : {"GET /sse HTTP/1.1\r\n\r\n", "GET /sse?events=bench HTTP/1.1\r\nHost: here\r\n\r\n"}) {
    const auto opening = open_stream(head);
    ASSERT_TRUE(opening);
    EXPECT_EQ(opening->format, Format::event_stream);
    EXPECT_EQ(opening->answer.rfind("HTTP/1.1 200 ", 0), 0U);
  }
}

TEST(LimitHandshake, a_long_poll_waits_without_an_answer) {
  for (const char* head :
       {"GET /long-poll HTTP/1.1\r\n\r\n", "GET /long-poll?since=7 HTTP/1.1\r\nHost: here\r\n\r\n"}) {
    const auto opening = open_stream(head);
    ASSERT_TRUE(opening);
    EXPECT_EQ(opening->format, Format::long_poll);
    EXPECT_EQ(opening->answer, "");
  }
  EXPECT_FALSE(open_stream("GET /long-polls HTTP/1.1\r\n\r\n"));
}

TEST(LimitHandshake, what_is_neither_is_refused) {
  EXPECT_FALSE(open_stream("GET / HTTP/1.1\r\nHost: here\r\n\r\n"));
  EXPECT_FALSE(open_stream("GET / HTTP/1.1\r\nSec-WebSocket-Key: short\r\n\r\n"));
  EXPECT_FALSE(open_stream("POST / HTTP/1.1\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
  EXPECT_FALSE(open_stream("\r\n\r\n"));
}

TEST(LimitEvents, a_frame_announces_its_length_in_the_shortest_way) {
  const auto frame = [](std::size_t size) {
    std::string out;
    append_event(Format::websocket, std::string(size, 'x'), out);
    EXPECT_EQ(out.substr(out.size() - size), std::string(size, 'x'));
    return out.substr(0, out.size() - size);
  };
  EXPECT_EQ(frame(0), std::string("\x81\x00", 2));
  EXPECT_EQ(frame(125), "\x81\x7d");
  EXPECT_EQ(frame(128), std::string("\x81\x7e\x00\x80", 4));
  EXPECT_EQ(frame(65536), std::string("\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10));
}

TEST(LimitEvents, a_server_sent_event_is_one_line_of_data) {
  std::string out;
  append_event(Format::event_stream, "{}", out);
  EXPECT_EQ(out, "data: {}\n\n");
}

TEST(LimitEvents, a_long_poll_is_answered_with_a_line_for_each) {
  std::string events;
  append_event(Format::long_poll, "{}", events);
  append_event(Format::long_poll, "[]", events);
  const std::string answer = long_poll_answer(events);
  EXPECT_EQ(answer.rfind("HTTP/1.1 200 ", 0), 0U);
  EXPECT_NE(answer.find("\r\nContent-Length: 6\r\n"), std::string::npos);
  EXPECT_EQ(answer.substr(answer.find("\r\n\r\n")), "\r\n\r\n{}\n[]\n");
}

}  // namespace
}  // namespace pushwire::bench::limit
