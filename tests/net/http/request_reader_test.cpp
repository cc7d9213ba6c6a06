#include "net/http/request_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "net/http/framed_stream.hpp"

namespace pushwire::net {
namespace {

using State = RequestReader::State;

std::size_t feed(RequestReader& reader, std::string_view bytes) { return reader.feed(bytes.data(), bytes.size()); }

// The only request of `stream`.
FramedRequest only(std::string_view stream) {
  const FramedStream framed = frame_whole(stream);
  EXPECT_EQ(framed.status, 0) << framed;
  EXPECT_EQ(framed.requests.size(), 1u) << framed;
  return framed.requests.empty() ? FramedRequest{} : framed.requests.front();
}

TEST(RequestReader, gives_method_target_fields_and_body) {
  const FramedRequest request = only(
      "POST /pushwire/send?a=1&b=2 HTTP/1.1\r\nHost: device.local:80\r\nX-Empty:\r\nX-Blanks: \t two words \t\r\n"
      "x-utf: \xc3\xa4\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/pushwire/send?a=1&b=2");
  EXPECT_EQ(request.path, "/pushwire/send");
  EXPECT_EQ(request.query, "a=1&b=2");
  EXPECT_EQ(request.version_minor, 1);
  EXPECT_EQ(request.body, "hello");
  const std::vector<std::pair<std::string, std::string>> fields{{"Host", "device.local:80"},
                                                                {"X-Empty", ""},
                                                                {"X-Blanks", "two words"},
                                                                {"x-utf", "\xc3\xa4"},
                                                                {"Content-Length", "5"}};
  EXPECT_EQ(request.fields, fields);
}

TEST(RequestReader, takes_a_body_out_of_chunked_coding) {
  const FramedRequest request = only(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "5\r\nhello\r\n00a;name;other=token;third=\"a b\"\r\n, chunked!\r\n0\r\nTrailer: x\r\n\r\n");
  EXPECT_EQ(request.body, "hello, chunked!");
  EXPECT_EQ(request.fields.size(), 2u) << "trailer fields are not head fields";
}

TEST(RequestReader, states_follow_the_bytes) {
  RequestReader reader{Limits{}};
  EXPECT_EQ(reader.state(), State::idle);
  feed(reader, "\r\n\r");
  EXPECT_EQ(reader.state(), State::idle) << "empty lines are no request";
  feed(reader, "\nP");
  EXPECT_EQ(reader.state(), State::head);
  feed(reader, "OST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(reader.state(), State::body);
  EXPECT_EQ(reader.request().path, "/x") << "the head can be judged before the body is there";
  feed(reader, "1");
  EXPECT_EQ(reader.state(), State::body);
  feed(reader, "2");
  EXPECT_EQ(reader.state(), State::complete);
  EXPECT_EQ(reader.request().body, "12");
  EXPECT_EQ(feed(reader, "GET"), 0u);
  reader.reset();
  EXPECT_EQ(reader.state(), State::idle);
  EXPECT_EQ(feed(reader, "\x16\x03"), 1u);
  EXPECT_EQ(reader.state(), State::failed);
  EXPECT_EQ(feed(reader, "GET"), 0u);
  EXPECT_FALSE(reader.keep_alive());
}

TEST(RequestReader, nothing_of_a_request_stays_after_reset) {
  RequestReader reader{Limits{}};
  feed(reader, "GET /x?y HTTP/1.0\r\nConnection: keep-alive\r\nX: y\r\nContent-Length: 3\r\n\r\nabc");
  ASSERT_EQ(reader.state(), State::complete);
  reader.reset();
  EXPECT_TRUE(reader.request().fields.empty());
  feed(reader, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_EQ(reader.state(), State::complete);
  EXPECT_EQ(reader.request().query, "");
  EXPECT_EQ(reader.request().body, "");
  EXPECT_EQ(reader.request().fields.size(), 1u);
  EXPECT_EQ(reader.request().version_minor, 1);
}

TEST(RequestReader, connections_persist_as_rfc_9112_section_9_3_says) {
  const struct {
    const char* head;
    bool keep_alive;
  } cases[] = {
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x\r\nConnection: close\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\n\r\n", true},
      {"GET / HTTP/1.0\r\n\r\n", false},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true},
      {"GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", false},
  };
  for (const auto& each : cases) EXPECT_EQ(only(each.head).keep_alive, each.keep_alive) << each.head;
}

TEST(RequestReader, an_upgrade_ends_with_its_head) {
  const std::string head =
      "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n";
  const FramedStream framed = frame_whole(head + "\x82\x05hello");
  ASSERT_EQ(framed.requests.size(), 1u) << framed;
  EXPECT_TRUE(framed.requests[0].upgrade);
  EXPECT_EQ(framed.consumed, head.size());
}

TEST(RequestReader, an_upgrade_needs_both_fields_and_http_1_1_and_no_body) {
  const char* const cases[] = {
      "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n\r\n",
      "GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 1\r\n\r\na",
  };
  for (const char* head : cases) EXPECT_FALSE(only(head).upgrade) << head;
}

TEST(RequestReader, a_100_is_due_until_the_body_begins) {
  RequestReader reader{Limits{}};
  feed(reader, "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r");
  EXPECT_FALSE(reader.expects_continue());
  feed(reader, "\n");
  EXPECT_TRUE(reader.expects_continue());
  feed(reader, "a");
  EXPECT_FALSE(reader.expects_continue());
  feed(reader, "b");
  EXPECT_FALSE(reader.expects_continue());

  reader.reset();
  feed(reader, "POST / HTTP/1.0\r\nExpect: something\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(reader.state(), State::body) << "HTTP/1.0 has no expectations";
  EXPECT_FALSE(reader.expects_continue());
  EXPECT_EQ(frame_whole("POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nContent-Length: 2\r\n\r\n").status, 417);
}

TEST(RequestReader, a_hundred_pipelined_requests_come_out_one_by_one) {
  std::string stream;
  for (int number = 0; number < 100; ++number) {
    const std::string target = "/" + std::to_string(number);
    if (number % 3 == 0) stream += "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
    if (number % 3 == 1) stream += "POST " + target + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc\r\n";
    if (number % 3 == 2) {
      stream += "PUT " + target + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    }
  }
  const FramedStream framed = frame_whole(stream);
  EXPECT_EQ(framed, frame_bytewise(stream));
  ASSERT_EQ(framed.requests.size(), 100u) << framed;
  for (std::size_t number = 0; number < 100; ++number) {
    EXPECT_EQ(framed.requests[number].target, "/" + std::to_string(number));
    EXPECT_EQ(framed.requests[number].body, number % 3 == 0 ? "" : "abc");
  }
}

TEST(RequestReader, an_absolute_target_becomes_origin_form) {
  const struct {
    const char* line;
    const char* target;
  } cases[] = {
      {"GET http://a.example:81/x?y", "/x?y"},
      {"GET HTTPS://A.example:81/", "/"},
      {"GET http://a.example:81", "/"},
      {"GET http://a.example:81?y", "/?y"},
      {"OPTIONS http://a.example:81", "*"},
      {"OPTIONS *", "*"},
      {"GET //twice", "//twice"},
  };
  for (const auto& each : cases) {
    const FramedRequest request = only(std::string(each.line) + " HTTP/1.1\r\nHost: a.example:81\r\n\r\n");
    EXPECT_EQ(request.target, each.target) << each.line;
    EXPECT_EQ(request.path + (request.query.empty() ? "" : "?" + request.query), each.target);
  }
}

TEST(RequestReader, methods_that_are_tokens_pass_if_llhttp_knows_them) {
  EXPECT_EQ(only("PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n").method, "PROPFIND");
  for (const char* method : {"get", "BREW", "GETT", "GE", "SETUP", "G-T"}) {
    const FramedStream framed = frame_whole(std::string(method) + " / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(framed.status, 501) << framed;
    EXPECT_NE(framed.sentence.find(method), std::string::npos) << framed;
  }
}

}  // namespace
}  // namespace pushwire::net
