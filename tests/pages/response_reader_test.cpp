#include "pages/response_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace pushwire::pages {
namespace {

struct Read {
  std::optional<net::PageHead> head;
  std::string body;
  bool whole = false;
  std::string fault;
  std::string field(std::string_view name) const {
    std::string all;
    if (!head) return all;
    for (const auto& [own, value] : head->fields) {
      if (own == name) all += value;
    }
    return all;
  }
};

Read read(std::string_view bytes, ResponseReader::Question question = {}, std::size_t step = SIZE_MAX,
          bool good = true) {
  net::PagePipe pipe([] {});
  ResponseReader reader(std::move(question), pipe);
  for (std::size_t at = 0; at < bytes.size(); at += std::min(step, bytes.size() - at)) {
    if (!reader.feed(bytes.substr(at, step))) break;
  }
  reader.end(good);
  auto taken = pipe.take();
  return {std::move(taken.head), std::move(taken.bytes), taken.whole, reader.fault()};
}

TEST(ResponseReader, reads_each_framing_cut_anywhere) {
  const std::string start = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
  const std::string answers[] = {
      start + "Content-Length: 11\r\n\r\nhello world",
      start + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
      start + "Connection: close\r\n\r\nhello world",
  };
  for (const std::string& answer : answers) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, SIZE_MAX}) {
      const Read got = read(answer, {}, step);
      ASSERT_TRUE(got.head) << answer << got.fault;
      EXPECT_EQ(got.head->status, 200);
      EXPECT_EQ(got.body, "hello world") << answer;
      EXPECT_TRUE(got.whole) << answer << step;
      EXPECT_EQ(got.field("Content-Type"), "text/plain");
    }
  }
}

TEST(ResponseReader, lets_no_framing_and_no_secret_through) {
  const Read got = read(
      "HTTP/1.1 200 OK\r\nConnection: Upgrade\r\nKeep-Alive: timeout=5\r\nUpgrade: h2c\r\nTrailer: X\r\n"
      "EXCEPTION_WHAT: secret\r\nX-Own: 1\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(got.head);
  for (const auto& [name, value] : got.head->fields) EXPECT_TRUE(name == "X-Own" || name == "Accept-Ranges") << name;
  EXPECT_EQ(got.head->length, 0u);
}

TEST(ResponseReader, answers_that_break_off_are_not_whole) {
  EXPECT_FALSE(read("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello").whole);
  EXPECT_FALSE(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n").whole);
  EXPECT_FALSE(read("HTTP/1.1 200 OK\r\n\r\nhello", {}, SIZE_MAX, false).whole);
  EXPECT_FALSE(read("HTTP/1.1 200 OK\r\n").head);
  EXPECT_EQ(read("").fault, "there is no answer");
}

TEST(ResponseReader, refuses_what_is_no_answer) {
  for (const std::string_view bytes : {
           "HTTP/1.1 101 Switching Protocols\r\n\r\n",
           "HTTP/1.1 100 Continue\r\n\r\n",
           "HTTP/1.1 -1 \r\n\r\n",
           "HTTP/1.1 999 \r\n\r\n",
           "HTTP/1.1 2000 OK\r\n\r\n",
           "HTTP/1.0 200 OK\r\n\r\n",
           "200 OK\r\n\r\n",
           "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
           "HTTP/1.1 200 OK\r\n: none\r\n\r\n",
           "HTTP/1.1 200 OK\r\nX Y: 1\r\n\r\n",
           "HTTP/1.1 200 OK\r\n X: folded\r\n\r\n",
           "HTTP/1.1 200 OK\r\nX: a\nSet-Cookie: b\r\n\r\n",
           "HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\n\r\n",
           "HTTP/1.1 200 OK\r\nX: a\x01\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
           "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na",
           "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\na",
           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
       }) {
    const Read got = read(bytes);
    EXPECT_FALSE(got.head) << bytes;
    EXPECT_NE(got.fault, "") << bytes;
  }
  EXPECT_FALSE(read("HTTP/1.1 200 OK\r\nX: " + std::string(ResponseReader::kHeadBytes, 'x') + "\r\n\r\n").head);
  std::string many = "HTTP/1.1 200 OK\r\n";
  for (std::size_t i = 0; i <= ResponseReader::kFields; ++i) many += "X: 1\r\n";
  EXPECT_FALSE(read(many + "\r\n").head);
}

TEST(ResponseReader, refuses_chunks_that_are_none) {
  for (const std::string_view chunks : {"x\r\n", "-1\r\na", "5\r\nhelloX\r\n", "5;a=b\r\nhello\r\n0\r\n\r\n",
                                        "1\na\r\n", "\r\n", "11111111111111111\r\n"}) {
    const Read got = read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(chunks));
    EXPECT_FALSE(got.whole) << chunks;
    EXPECT_NE(got.fault, "") << chunks;
  }
}

TEST(ResponseReader, heads_and_some_statuses_have_no_body) {
  ResponseReader::Question head;
  head.head_only = true;
  const Read got = read("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", head);
  EXPECT_TRUE(got.whole);
  EXPECT_EQ(got.head->length, 11u);
  for (const std::string status : {"204 No Content", "304 Not Modified"}) {
    const Read none = read("HTTP/1.1 " + status + "\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_TRUE(none.whole);
    EXPECT_EQ(none.body, "");
    EXPECT_FALSE(none.head->length);
  }
}

TEST(ResponseReader, takes_no_more_than_the_length) {
  const Read got = read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n");
  EXPECT_EQ(got.body, "ok");
  EXPECT_TRUE(got.whole);
}

ResponseReader::Question range_of(const char* field, std::optional<std::string> if_range = {}) {
  ResponseReader::Question question;
  question.range = field;
  question.if_range = std::move(if_range);
  return question;
}

TEST(ResponseReader, cuts_out_the_part_that_is_asked_for) {
  const std::string answer = "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: 10\r\n\r\n0123456789";
  for (const std::size_t step : {std::size_t{1}, std::size_t{4}, SIZE_MAX}) {
    const Read got = read(answer, range_of("bytes=2-4"), step);
    EXPECT_EQ(got.head->status, 206);
    EXPECT_EQ(got.field("Content-Range"), "bytes 2-4/10");
    EXPECT_EQ(got.head->length, 3u);
    EXPECT_EQ(got.body, "234");
    EXPECT_TRUE(got.whole);
  }
  EXPECT_EQ(read(answer, range_of("bytes=-3")).body, "789");
  EXPECT_EQ(read(answer, range_of("bytes=8-99")).body, "89");
  const Read none = read(answer, range_of("bytes=10-"));
  EXPECT_EQ(none.head->status, 416);
  EXPECT_EQ(none.field("Content-Range"), "bytes */10");
  EXPECT_EQ(none.body, "");
  EXPECT_TRUE(none.whole);
  EXPECT_EQ(read(answer, range_of("bytes=0-1", "\"v1\"")).body, "01");
  EXPECT_EQ(read(answer, range_of("bytes=0-1", "\"v2\"")).body, "0123456789");
  EXPECT_EQ(read(answer, range_of("bytes=0-1", "W/\"v1\"")).body, "0123456789");
}

TEST(ResponseReader, cuts_nothing_where_the_bytes_are_not_settled) {
  EXPECT_EQ(
      read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", range_of("bytes=0-0")).body,
      "ab");
  EXPECT_EQ(
      read("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab", range_of("bytes=0-0")).body,
      "ab");
  EXPECT_EQ(read("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nab", range_of("bytes=0-0")).body, "ab");
}

TEST(ResponseReader, tells_of_parts_where_there_are_any) {
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab";
  EXPECT_EQ(read(answer).field("Accept-Ranges"), "bytes");
  ResponseReader::Question other;
  other.in_parts = false;
  EXPECT_EQ(read(answer, other).field("Accept-Ranges"), "");
}

TEST(ResponseReader, says_by_what_coded_answers_vary) {
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n").field("Vary"),
            "Accept-Encoding");
}

}  // namespace
}  // namespace pushwire::pages
