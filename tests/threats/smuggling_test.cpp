// Requests that two readers of HTTP could see differently, as sockets bring them: one answer, 400, and the end. What stands
// behind them never becomes a request. (tests/net/http has every cut of every form; tests/threats, the proxies.)
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/eventually.hpp"
#include "threats/doors.hpp"

namespace pushwire {
namespace {

using std::string_literals::operator""s;

class Smuggling : public testing::Test {
 protected:
  Smuggling() {
    server.add_asset({"/marker", "text/plain", "MARKER"});
    server.start();
  }
  void expect_one_answer(int status, const std::string& request) {
    const std::string answers = all_answers(server.port(), request + kMarker);
    EXPECT_EQ(statuses(answers), std::vector<int>{status}) << testing::PrintToString(request);
    EXPECT_EQ(answers.find("MARKER"), std::string::npos) << testing::PrintToString(request);
  }

  static constexpr const char* kMarker = "GET /marker HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  Server server{Options{}.stop_timeout(std::chrono::milliseconds(50)).log(nullptr)};
};

TEST_F(Smuggling, lengths_that_can_be_read_in_two_ways_are_400) {
  for (const char* framing : {"Content-Length: 5\r\nTransfer-Encoding: chunked",
                              "Transfer-Encoding: chunked\r\nContent-Length: 0",
                              "Content-Length: 0\r\nContent-Length: 44",
                              "Content-Length: 5\r\nContent-Length: 5",
                              "Content-Length: 0, 0",
                              "Content-Length: +0",
                              "Content-Length: 0abc",
                              "Content-Length: -1",
                              "Content-Length: 0x0",
                              "Content-Length: ",
                              "Content-Length : 0",
                              "Content-Length: 0\r\n 5",
                              "Transfer-Encoding: xchunked",
                              "Transfer-Encoding: , chunked",
                              "Transfer-Encoding: chunked, identity",
                              "Transfer-Encoding: identity, chunked",
                              "Transfer-Encoding : chunked",
                              "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                              "Transfer-Encoding:\x0b chunked",
                              "Transfer-Encoding: chunked;q=1",
                              "X: y\nTransfer-Encoding: chunked",
                              "X: y\rContent-Length: 0"}) {
    expect_one_answer(400, "POST /marker HTTP/1.1\r\nHost: 127.0.0.1\r\n" + std::string(framing) + "\r\n\r\n0\r\n\r\n");
  }
  expect_one_answer(400, "POST /marker HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 18446744073709551616\r\n\r\n");
  expect_one_answer(413, "POST /marker HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 18446744073709551615\r\n\r\n");
}

TEST_F(Smuggling, chunks_that_can_be_read_in_two_ways_are_400) {
  for (const std::string& chunks :
       {"0x3\r\nabc\r\n0\r\n\r\n"s, "+3\r\nabc\r\n0\r\n\r\n"s, "-2\r\nabc\r\n0\r\n\r\n"s, "3 \r\nabc\r\n0\r\n\r\n"s,
        "3\nabc\n0\n\n"s, "3\rabc\r0\r\r"s, "\r\n0\r\n\r\n"s, "3\r\nabcd\r\n0\r\n\r\n"s, "3\r\nabc0\r\n\r\n"s,
        "3;\n\r\nabc\r\n0\r\n\r\n"s, "3;a=\"\n\"\r\nabc\r\n0\r\n\r\n"s, "0\r\nX : y\r\n\r\n"s, "0\r\n X: y\r\n\r\n"s,
        "0\r\n\n"s, "3\0\r\nabc\r\n0\r\n\r\n"s}) {
    expect_one_answer(400, "POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
  }
  expect_one_answer(413, "POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n" +
                             "fffffffffffffffff\r\nabc\r\n0\r\n\r\n"s);
}

TEST_F(Smuggling, heads_that_can_be_read_in_two_ways_are_400) {
  for (const std::string& head :
       {"GET /x HTTP/1.1\nHost: 127.0.0.1\n\n"s, "GET /x HTTP/1.1\r\nHost: 127.0.0.1\n\r\n"s,
        "GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\nA: b\r\n c\r\n\r\n"s,
        "GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\nA: b\0c\r\n\r\n"s,
        "GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\nA b: c\r\n\r\n"s,
        "GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\nA: b\rc\r\n\r\n"s, "GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n: c\r\n\r\n"s,
        "GET  /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"s, "GET /x  HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"s,
        "GET /x\r\nHost: 127.0.0.1\r\n\r\n"s, "GET /x HTTP/1.1 \r\nHost: 127.0.0.1\r\n\r\n"s,
        "GET /x http/1.1\r\nHost: 127.0.0.1\r\n\r\n"s, "\0GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"s,
        "G\tET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"s, "GET /x\x7f HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"s}) {
    expect_one_answer(400, head);
  }
}

// What a second answer would look like, so that the others can fail.
TEST_F(Smuggling, good_requests_are_answered_one_by_one) {
  const std::string close = "GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
  const std::string answers = all_answers(server.port(), kMarker + close);
  EXPECT_EQ(statuses(answers), (std::vector<int>{200, 404}));
  EXPECT_NE(answers.find("MARKER"), std::string::npos);
}

TEST_F(Smuggling, codings_of_content_are_415) {
  const std::string gzip = "\x1f\x8b\x08\0\0\0\0\0\0\3\x8b\x8e\5\0\x29\xbb\x4c\x0d\2\0\0\0"s;
  for (const char* coding : {"gzip", "deflate", "br", "x-gzip, identity", ""}) {
    HttpClient client(server.port());
    client.socket().send(request_text("/pushwire/send",
                                      {{"Content-Type", "application/json"},
                                       {"Pushwire-Session", "new"},
                                       {"Content-Encoding", coding},
                                       {"Content-Length", std::to_string(gzip.size())}},
                                      "POST") +
                         gzip);
    const HttpAnswer answer = client.answer();
    EXPECT_EQ(answer.status, 415) << coding;
    EXPECT_EQ(answer.field("Accept-Encoding"), "identity");
  }
}

TEST_F(Smuggling, expectations_cost_one_100_at_most_and_nothing_waits_for_a_body_that_does_not_come) {
  const auto expecting = [&](const std::string& fields, const std::string& body) {
    return all_answers(server.port(),
                       "POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + fields + "\r\n" + body);
  };
  EXPECT_EQ(statuses(expecting("Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 0\r\n", "")),
            std::vector<int>{404});
  EXPECT_EQ(statuses(expecting("Expect: 100-continue\r\nContent-Length: 2\r\n", "ab")), std::vector<int>{404})
      << "the body is there already";
  for (const char* expectation : {"200-ok", "100-continue, 100-continue", "", "100-continue;a"}) {
    EXPECT_EQ(statuses(expecting("Expect: " + std::string(expectation) + "\r\nContent-Length: 2\r\n", "ab")),
              std::vector<int>{417})
        << expectation;
  }
  // Refused before a body is asked for.
  EXPECT_EQ(statuses(expecting("Expect: 100-continue\r\nContent-Length: 1048577\r\n", "")), std::vector<int>{413});
  EXPECT_EQ(statuses(expecting("Expect: 100-continue\r\nOrigin: null\r\nContent-Length: 2\r\n", "")),
            std::vector<int>{403});
}

}  // namespace
}  // namespace pushwire
