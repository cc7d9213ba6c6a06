// Requests that two readers could see differently. Each is refused, however it is cut, and no byte behind it becomes a
// request.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "net/http/framed_stream.hpp"

namespace pushwire::net {
namespace {

using std::string_literals::operator""s;

constexpr char kNext[] = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

void expect_refused(const std::string& request, int status) {
  SCOPED_TRACE(::testing::PrintToString(request));
  const std::string stream = request + kNext;
  const FramedStream whole = frame_whole(stream);
  EXPECT_EQ(whole.status, status) << whole;
  EXPECT_TRUE(whole.requests.empty()) << whole;
  EXPECT_FALSE(whole.sentence.empty());
  EXPECT_EQ(frame_bytewise(stream), whole);
  for (std::size_t cut = 1; cut < stream.size(); ++cut) {
    ASSERT_EQ(frame_stream(stream, {cut}), whole) << "cut at " << cut;
  }
}

TEST(RequestSmuggling, body_lengths_that_can_be_read_in_two_ways_are_refused) {
  const std::string fields[] = {
      "Content-Length: 5\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: chunked\r\nContent-Length: 5",
      "Transfer-Encoding: chunked\r\nContent-Length: 0",
      "Content-Length: 5\r\nContent-Length: 5",
      "Content-Length: 5\r\nContent-Length: 6",
      "Content-Length: 0\r\ncontent-length: 0",
      "Content-Length: 5, 5",
      "Content-Length: +5",
      "Content-Length: 5abc",
      "Content-Length: 5 5",
      "Content-Length: 0x5",
      "Content-Length: 5.0",
      "Content-Length: -1",
      "Content-Length: 18446744073709551616",
      "Content-Length: 99999999999999999999999",
      "Content-Length:",
      "Content-Length: \t",
      "Content-Length : 5",
      "Content-Length\t: 5",
      " Content-Length: 5",
      "Content-Length: 5\r\n 5",
      "Content-Length: \r\n 5",
      "Content-Length: \x0b"
      "5",
      "Content-Length: 5\x0c",
      "Content-Length: \xa0"
      "5",
      "Transfer-Encoding: xchunked",
      "Transfer-Encoding: chunkedx",
      "Transfer-Encoding: chunked, identity",
      "Transfer-Encoding: identity, chunked",
      "Transfer-Encoding: identity",
      "Transfer-Encoding: gzip, chunked",
      "Transfer-Encoding: gzip",
      "Transfer-Encoding: chunked, chunked",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
      "Transfer-Encoding: , chunked",
      "Transfer-Encoding: chunked,",
      "Transfer-Encoding: chunked;q=1",
      "Transfer-Encoding: \"chunked\"",
      "Transfer-Encoding:",
      "Transfer-Encoding : chunked",
      "Transfer-Encoding\t: chunked",
      " Transfer-Encoding: chunked",
      "\tTransfer-Encoding: chunked",
      "Transfer-Encoding: \x0b"
      "chunked",
      "Transfer-Encoding: chunked\x0c",
      "Transfer-Encoding: chunked\x85",
      "Transfer-Encoding: \xc2\xa0"
      "chunked",
      "Transfer-Encoding:\r\n chunked",
      "Transfer-Encoding: chun\r\n\tked",
      "Transfer-\r\nEncoding: chunked",
      "Transfer Encoding: chunked",
      "Transfer-Encoding\x00: chunked"s,
      "Transfer-Encoding: chunked\x00"s,
      "Transfer-Encoding\xff: chunked",
      "X: y\nTransfer-Encoding: chunked",
      "X: y\rTransfer-Encoding: chunked",
      "X: y\r\rTransfer-Encoding: chunked",
      "X: y\n\nTransfer-Encoding: chunked",
      ": chunked\r\nTransfer-Encoding: chunked",
      "no-colon\r\nTransfer-Encoding: chunked",
  };
  for (const std::string& field : fields) {
    expect_refused("POST / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n0\r\n\r\n", 400);
  }
  expect_refused("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
  expect_refused("POST / HTTP/1.1\r\nHost: a\r\n\r\nabc", 411);
  expect_refused("PUT / HTTP/1.1\r\nHost: a\r\n\r\nabc", 411);
  expect_refused("PATCH / HTTP/1.0\r\nHost: a\r\n\r\nabc", 411);
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n\r\na",
                 400);
  expect_refused(
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
      "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400);
}

TEST(RequestSmuggling, chunked_bodies_that_can_be_read_in_two_ways_are_refused) {
  const std::string bodies[] = {
      "0x3\r\nabc\r\n0\r\n\r\n",
      "3 ;\r\nabc\r\n0\r\n\r\n",
      "3 \r\nabc\r\n0\r\n\r\n",
      " 3\r\nabc\r\n0\r\n\r\n",
      "3; a\r\nabc\r\n0\r\n\r\n",
      "3;\r\nabc\r\n0\r\n\r\n",
      "3;a=\r\nabc\r\n0\r\n\r\n",
      "3;a=\"b\r\nabc\r\n0\r\n\r\n",
      "3;a=\"\\\";\"\r\nabc\r\n0\r\n\r\n",
      "3;a\nbc\r\nabc\r\n0\r\n\r\n",
      "3;a\rbc\r\nabc\r\n0\r\n\r\n",
      "3;a\x01\r\nabc\r\n0\r\n\r\n",
      "3;a=\"\n\"\r\nabc\r\n0\r\n\r\n",
      "3;a=\"\\\n\"\r\nabc\r\n0\r\n\r\n",
      "-2\r\nabc\r\n0\r\n\r\n",
      "+3\r\nabc\r\n0\r\n\r\n",
      "3,3\r\nabc\r\n0\r\n\r\n",
      "3_\r\nabc\r\n0\r\n\r\n",
      "\r\nabc\r\n0\r\n\r\n",
      ";a\r\nabc\r\n0\r\n\r\n",
      "00000000000000003\r\nabc\r\n0\r\n\r\n",
      "3\nabc\r\n0\r\n\r\n",
      "3\rabc\r\n0\r\n\r\n",
      "3\rXabc\r\n0\r\n\r\n",
      "3\r\r\nabc\r\n0\r\n\r\n",
      "3\x00\r\nabc\r\n0\r\n\r\n"s,
      "3\r\nabc\n0\r\n\r\n",
      "3\r\nabc\r0\r\n\r\n",
      "3\r\nabc\rX0\r\n\r\n",
      "3\r\nabcXX0\r\n\r\n",
      "3\r\nabcd\r\n0\r\n\r\n",
      "3\r\nabc\r\n0\n\r\n",
      "3\r\nabc\r\n0\r\n\n",
      "3\r\nabc\r\n0\r\n\rX",
      "0\r\nX: y\n\r\n",
      "0\r\nX: y\r\n z\r\n\r\n",
      "0\r\nX : y\r\n\r\n",
      "0\r\n X: y\r\n\r\n",
      "0\r\nX: \x00\r\n\r\n"s,
      "0\r\nContent-Length: 5\r\n\r\n",
      "0\r\ntransfer-encoding: chunked\r\n\r\n",
      "0\r\nHost: b\r\n\r\n",
  };
  for (const std::string& body : bodies) {
    expect_refused("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body, 400);
  }
  for (const std::string size : {"fffffffffffffffff", "ffffffffffffffff", "8000000000000000", "7fffffff"}) {
    expect_refused("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + size + "\r\nabc\r\n0\r\n\r\n",
                   413);
  }
}

TEST(RequestSmuggling, heads_that_can_be_read_in_two_ways_are_refused) {
  const std::string heads[] = {
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHOST: b\r\n\r\n",
      "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost:\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: \t \r\n\r\n",
      "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
      "GET / HTTP/1.1\r\nX: y\r\n z\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\n\r\r\n",
      "GET / HTTP/1.1\r\nHost: a\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\n\n",
      "GET / HTTP/1.1\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\n\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX: a\x7f"
      "b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX\x00Y: z\r\n\r\n"s,
      "GET / HTTP/1.1\r\nHost: a\r\nX: y\x00z\r\n\r\n"s,
      "GET / HTTP/1.1\r\nHost: a\r\nX Y: z\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX(Y): z\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\rHost: a\r\n\r\n",
      "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /\r\n\r\n",
      "GET / \r\n\r\n",
      "GET \r\n\r\n",
      "GET / HTTP/1.10\r\nHost: a\r\n\r\n",
      "GET / HTTP/1\r\nHost: a\r\n\r\n",
      "GET / HTTP/x.1\r\nHost: a\r\n\r\n",
      "GET / http/1.1\r\nHost: a\r\n\r\n",
      "GET / ICE/1.0\r\nHost: a\r\n\r\n",
      "GET / RTSP/1.0\r\nHost: a\r\n\r\n",
      " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "G\x00T / HTTP/1.1\r\nHost: a\r\n\r\n"s,
      "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
  };
  for (const std::string& head : heads) expect_refused(head, 400);
  for (const char* version : {"HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/9.9"}) {
    expect_refused("GET / "s + version + "\r\nHost: a\r\n\r\n", 505);
  }
  expect_refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
}

TEST(RequestSmuggling, targets_that_can_be_read_in_two_ways_are_refused) {
  const std::string targets[] = {
      "x",          "*",         "?x",           "http:",       "http:/a/", "ftp://a/",
      "a:80",       "http://b/", "http://a:80/", "http:///",    "http://",  "http://u@a/",
      "http://a./", "/#x",       "/x?y#z",       "http://a/#x", "#",        "/\x01",
      "/\x7f",      "/\xc3\xa4", "/\x00"s,
  };
  for (const std::string& target : targets) expect_refused("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n", 400);
  expect_refused("GET http://a/ HTTP/1.0\r\n\r\n", 400);
  expect_refused("OPTIONS *x HTTP/1.1\r\nHost: a\r\n\r\n", 400);
  expect_refused("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 405);
}

TEST(RequestSmuggling, what_cannot_be_http_fails_at_its_first_byte) {
  const std::string hello = "\x16\x03\x01\x02\x00\x01"s;
  const FramedStream tls = frame_whole(hello);
  EXPECT_EQ(tls.status, 400);
  EXPECT_EQ(tls.consumed, 1u);
  EXPECT_NE(tls.sentence.find("TLS"), std::string::npos) << tls;
  for (const std::string& bytes : {"\0"s, "\xff"s, "{\"a\":1}"s, " "s, "\x05\x01\x00"s, "\x80\x2e"s}) {
    const FramedStream framed = frame_whole(bytes);
    EXPECT_EQ(framed.status, 400) << framed;
    EXPECT_EQ(framed.consumed, 1u) << framed;
  }
}

TEST(RequestSmuggling, good_streams_give_the_same_requests_however_they_are_cut) {
  const std::string streams[] = {
      "GET /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 36\r\n\r\nGET /inner HTTP/1.1\r\nHost: inner\r\n\r\n"
      "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n13\r\nGET /inner HTTP/1.1\r\n0\r\n\r\n"
      "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
      "\r\nPOST http://a/1?x HTTP/1.1\r\nhost: A\r\nTransfer-Encoding:chunked\r\n\r\n2;a=b\r\n\r\n\r\n0\r\nT: u\r\n\r\n"
      "GET /2 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x80",
  };
  for (const std::string& stream : streams) {
    SCOPED_TRACE(stream);
    const FramedStream whole = frame_whole(stream);
    EXPECT_EQ(whole.status, 0) << whole;
    ASSERT_EQ(whole.requests.size(), 2u) << whole;
    EXPECT_EQ(whole.requests[0].path, "/1");
    EXPECT_EQ(whole.requests[1].path, "/2");
    EXPECT_EQ(frame_bytewise(stream), whole);
    for (std::size_t first = 0; first < stream.size(); ++first) {
      ASSERT_EQ(frame_stream(stream, {first}), whole) << "cut at " << first;
    }
  }
}

}  // namespace
}  // namespace pushwire::net
