#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "net/http/framed_stream.hpp"
#include "net/http/request_reader.hpp"

namespace pushwire::net {
namespace {

constexpr std::string_view kChunkedHead = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

Limits small() {
  Limits limits;
  limits.head_bytes = 200;
  limits.head_fields = 4;
  limits.target_bytes = 50;
  limits.body_bytes = 10;
  return limits;
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  while (count-- > 0) out += text;
  return out;
}

// The status that `stream` ends with, whole and bytewise; 0: none.
int status(const std::string& stream, const Limits& limits = small()) {
  const FramedStream whole = frame_whole(stream, limits);
  EXPECT_EQ(whole, frame_bytewise(stream, limits));
  return whole.status;
}

TEST(RequestLimits, a_target_above_its_limit_is_414_before_the_line_ends) {
  EXPECT_EQ(status("GET /" + std::string(49, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
  EXPECT_EQ(status("GET /" + std::string(50, 'x')), 414);
}

TEST(RequestLimits, a_request_line_above_the_head_limit_is_414) {
  Limits limits = small();
  limits.target_bytes = 1000;
  EXPECT_EQ(status("GET /" + std::string(300, 'x'), limits), 414);
}

TEST(RequestLimits, a_head_above_its_limit_is_431_before_it_ends) {
  const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  EXPECT_EQ(status(start + std::string(200 - start.size() - 4, 'x') + "\r\n\r\n"), 0) << "the limit itself is good";
  EXPECT_EQ(status(start + std::string(200 - start.size() - 3, 'x') + "\r\n\r\n"), 431);
  EXPECT_EQ(status(start + std::string(1000, 'x')), 431);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a\r\n" + std::string(1000, 'n')), 431) << "a name without end";
}

TEST(RequestLimits, fields_above_their_number_are_431_before_the_head_ends) {
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a\r\n" + repeated("X:\r\n", 3) + "\r\n"), 0);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a\r\n" + repeated("X:\r\n", 3) + "Y"), 431);
}

TEST(RequestLimits, a_method_without_end_is_501) {
  EXPECT_EQ(status(std::string(33, 'X')), 501);
  EXPECT_EQ(status(std::string(32, 'X')), 0) << "may still become one";
}

TEST(RequestLimits, a_body_above_its_limit_is_413_by_its_announcement) {
  EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789"), 0);
  EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n"), 413);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n"), 413);
  EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551615\r\n\r\n"), 413);
}

TEST(RequestLimits, a_chunked_body_above_its_limit_is_413_by_the_size_of_a_chunk) {
  const std::string head(kChunkedHead);
  EXPECT_EQ(status(head + "a\r\n0123456789\r\n0\r\n\r\n"), 0);
  EXPECT_EQ(status(head + "b"), 413);
  EXPECT_EQ(status(head + "9\r\n012345678\r\n2"), 413);
  EXPECT_EQ(status(head + "ffffffffffffffff"), 413);
  EXPECT_EQ(status(head + "10000000000000001"), 413);
}

TEST(RequestLimits, chunk_sizes_do_not_wrap_where_bodies_are_not_limited) {
  Limits limits = small();
  limits.body_bytes = static_cast<std::size_t>(-1);
  EXPECT_EQ(status(std::string(kChunkedHead) + "10000000000000001\r\n", limits), 400);
}

TEST(RequestLimits, many_small_chunks_pass_and_their_extensions_count) {
  Limits limits = small();
  limits.body_bytes = 1000;
  const std::string head(kChunkedHead);
  EXPECT_EQ(status(head + repeated("1\r\nx\r\n", 1000) + "0\r\n\r\n", limits), 0);
  EXPECT_EQ(status(head + repeated("1;ext=1\r\nx\r\n", 30), limits), 431);
  EXPECT_EQ(status(head + "1;" + std::string(200, 'e'), limits), 431);
}

TEST(RequestLimits, trailer_fields_count) {
  const std::string head(kChunkedHead);
  EXPECT_EQ(status(head + "0\r\nX: " + std::string(50, 'x') + "\r\n\r\n"), 0);
  EXPECT_EQ(status(head + "0\r\nX: " + std::string(200, 'x')), 431);
  EXPECT_EQ(status(head + "0\r\n" + repeated("X: x\r\n", 50)), 431);
}

TEST(RequestLimits, bodies_of_several_requests_share_what_there_is) {
  const auto bodies = std::make_shared<BodyBudget>(10'000);
  const auto feed = [](RequestReader& reader, const std::string& bytes) { reader.feed(bytes.data(), bytes.size()); };
  const auto announced = [](std::size_t size) {
    return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
  };
  auto first = std::make_unique<RequestReader>(Limits{}, bodies);
  feed(*first, announced(1'000'000));
  EXPECT_EQ(bodies->taken(), 0u) << "what is announced costs nothing";
  feed(*first, std::string(12'000, 'x'));
  EXPECT_EQ(bodies->taken(), 12'000 - BodyBudget::kFree);

  RequestReader second(Limits{}, bodies);
  feed(second, std::string(kChunkedHead) + "1770\r\n" + std::string(6'000, 'x') + "\r\n");
  EXPECT_EQ(bodies->taken(), 18'000 - 2 * BodyBudget::kFree);
  feed(second, "c8\r\n" + std::string(200, 'x') + "\r\n0\r\n\r\n");
  EXPECT_EQ(second.state(), RequestReader::State::failed);
  EXPECT_EQ(second.fault().status, 503);
  second.reset();
  EXPECT_EQ(bodies->taken(), 12'000 - BodyBudget::kFree);

  feed(*first, std::string(2'000, 'x'));
  RequestReader small_one(Limits{}, bodies);
  feed(small_one, announced(BodyBudget::kFree) + std::string(BodyBudget::kFree, 'x'));
  EXPECT_EQ(small_one.state(), RequestReader::State::complete);
  first.reset();
  EXPECT_EQ(bodies->taken(), 0u);
  feed(second, announced(14'000) + std::string(14'000, 'x'));
  EXPECT_EQ(second.state(), RequestReader::State::complete);
}

TEST(RequestLimits, a_few_empty_lines_are_skipped) {
  EXPECT_EQ(status(repeated("\r\n", 4) + "GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
  EXPECT_EQ(status(repeated("\r\n", 5)), 400);
}

TEST(RequestLimits, sentences_about_a_clients_bytes_are_short_and_printable) {
  const std::string streams[] = {
      "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(1000, '\xff'),
      "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(1000, '\xff') + "\x1b[2J",
      "GET /" + std::string(1000, '"') + "\n",
      "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: " + std::string(1000, '\\') + "\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::string(1000, '9') + "\r\n\r\n",
  };
  for (const std::string& stream : streams) {
    const FramedStream framed = frame_whole(stream);
    EXPECT_NE(framed.status, 0);
    EXPECT_LT(framed.sentence.size(), 220u) << framed;
    for (const char c : framed.sentence) EXPECT_TRUE(c >= 0x20 && c < 0x7f) << framed;
  }
}

}  // namespace
}  // namespace pushwire::net
