#include "load/protocols/http_responses.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cuts.hpp"

namespace pushwire::bench::load {
namespace {

class Log : public HttpResponses::Reader {
 public:
  void head(const ResponseHead& head) override {
    text +=
        std::to_string(head.status) + '[' + head.etag + '|' + head.last_modified + '|' + head.websocket_accept + ']';
  }
  void body(std::string_view piece) override { text += piece; }
  void complete(bool keeps_alive) override { text += keeps_alive ? "." : "!"; }

  std::string text;
};

// The answers that the pieces hold, or "broken"; and, behind "+", the bytes after an upgrade.
std::string read(const std::vector<std::string_view>& pieces, bool ends = false) {
  Log log;
  HttpResponses responses(log);
  std::string behind;
  bool upgraded = false;
  for (const std::string_view piece : pieces) {
    if (upgraded) {
      behind += piece;
      continue;
    }
    const std::string copy(piece);
    std::string_view rest = copy;
    if (!responses.read(rest)) {
      EXPECT_FALSE(responses.fault().empty());
      return "broken";
    }
    behind += rest;
    upgraded = log.text.rfind("101", 0) == 0 && log.text.find_first_of(".!") != std::string::npos;
  }
  if (ends && !responses.finish()) return "cut off";
  return log.text + (behind.empty() ? "" : '+' + behind);
}

void expect_in_any_cut(const std::string& bytes, const std::string& expected) {
  for (const auto& pieces : cuts(bytes)) ASSERT_EQ(read(pieces), expected) << "cut behind " << pieces.front().size();
}

TEST(HttpResponsesTest, answers_with_a_length_are_read_however_they_are_cut) {
  expect_in_any_cut(
      "HTTP/1.1 200 OK\r\nETag: W/\"1\"\r\nContent-Length: 4\r\n\r\nbody"
      "HTTP/1.1 304 Not Modified\r\netag: \"2\"\r\nLAST-MODIFIED: never\r\nX-Empty:\r\n\r\n"
      "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
      "200[W/\"1\"||]body.304[\"2\"|never|].204[||]!");
}

TEST(HttpResponsesTest, chunks_are_joined) {
  expect_in_any_cut(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\nA;x=y\r\n and more \r\n0\r\nTrailer: "
      "t\r\n\r\n",
      "200[||]body and more .");
}

TEST(HttpResponsesTest, what_comes_behind_an_upgrade_is_left) {
  expect_in_any_cut(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\x81\x02hi",
      "101[||s3pPLMBiTxaQ9kYGzzhZRbK+xOo=].+\x81\x02hi");
}

TEST(HttpResponsesTest, an_answer_without_a_length_goes_on_until_the_end) {
  const std::string bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n";
  EXPECT_EQ(read({bytes}), "200[||]data: 1\n\n");
  EXPECT_EQ(read({bytes}, true), "200[||]data: 1\n\n!");
}

TEST(HttpResponsesTest, an_answer_that_ends_too_early_is_cut_off) {
  EXPECT_EQ(read({"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbody"}, true), "cut off");
  EXPECT_EQ(read({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n"}, true), "cut off");
}

TEST(HttpResponsesTest, what_is_no_http_is_broken_however_it_is_cut) {
  for (const char* bytes : {
           "SSH-2.0-Server\r\n\r\n",
           "HTTP/1.1 OK\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: four\r\n\r\nbody",
           "HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nbody",
           "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nbody",
           "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nbody",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\nbody",
       }) {
    expect_in_any_cut(bytes, "broken");
  }
}

TEST(HttpResponsesTest, a_head_without_end_is_broken) {
  Log log;
  HttpResponses responses(log);
  std::string bytes = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 2000; ++i) bytes += "X-Field: " + std::string(64, 'x') + "\r\n";
  std::string_view rest = bytes;
  EXPECT_FALSE(responses.read(rest));
}

}  // namespace
}  // namespace pushwire::bench::load
