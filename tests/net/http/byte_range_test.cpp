#include "net/http/byte_range.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pushwire::net {
namespace {

std::string judged(std::string_view field, std::size_t size = 10) {
  const ByteRange range = judge_range(field, size);
  switch (range.kind) {
    case ByteRange::Kind::whole: return "whole";
    case ByteRange::Kind::unsatisfiable: return "unsatisfiable";
    case ByteRange::Kind::part: return std::to_string(range.first) + "+" + std::to_string(range.size);
  }
  return {};
}

TEST(ByteRange, is_what_lies_between_both_ends) {
  EXPECT_EQ(judged("bytes=0-0"), "0+1");
  EXPECT_EQ(judged("bytes=2-5"), "2+4");
  EXPECT_EQ(judged("Bytes=0-9"), "0+10");
  EXPECT_EQ(judged("bytes=5-"), "5+5");
  EXPECT_EQ(judged("bytes=-3"), "7+3");
}

TEST(ByteRange, ends_where_the_body_ends) {
  EXPECT_EQ(judged("bytes=5-100"), "5+5");
  EXPECT_EQ(judged("bytes=9-18446744073709551615"), "9+1");
  EXPECT_EQ(judged("bytes=9-99999999999999999999999"), "9+1");
  EXPECT_EQ(judged("bytes=-100"), "0+10");
  EXPECT_EQ(judged("bytes=-99999999999999999999999"), "0+10");
}

TEST(ByteRange, that_begins_behind_the_end_is_none) {
  EXPECT_EQ(judged("bytes=10-"), "unsatisfiable");
  EXPECT_EQ(judged("bytes=10-20"), "unsatisfiable");
  EXPECT_EQ(judged("bytes=99999999999999999999999-"), "unsatisfiable");
  EXPECT_EQ(judged("bytes=-0"), "unsatisfiable");
  EXPECT_EQ(judged("bytes=0-0", 0), "unsatisfiable");
  EXPECT_EQ(judged("bytes=-1", 0), "unsatisfiable");
}

TEST(ByteRange, that_is_not_understood_is_the_whole) {
  for (const char* field : {"", "bytes", "bytes=", "bytes=-", "bytes=5", "bytes=5-4", "bytes=a-b", "bytes=0-0,2-3",
                            "bytes=-1-2", "bytes=--1", "bytes=+1-2", "bytes=1-+2", "bytes=0x1-2", "lines=0-1",
                            "bytes= 1-2", "bytes=1-2 ", "bytes=1 -2"}) {
    EXPECT_EQ(judged(field), "whole") << field;
  }
}

TEST(ByteRange, counts_only_where_the_tag_is_exactly_the_same) {
  EXPECT_TRUE(range_counts("\"abc\"", "\"abc\""));
  for (const char* condition : {"", "\"abd\"", "W/\"abc\"", "abc", "Fri, 27 Nov 2026 00:00:00 GMT"}) {
    EXPECT_FALSE(range_counts(condition, "\"abc\"")) << condition;
  }
  EXPECT_FALSE(range_counts("W/\"abc\"", "W/\"abc\""));
  EXPECT_FALSE(range_counts("", ""));
}

}  // namespace
}  // namespace pushwire::net
