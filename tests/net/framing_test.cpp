#include "net/framing.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pushwire::net {
namespace {

std::string framed(Framing framing, const std::string& content) {
  std::string out = "before ";
  FrameBuilder frame(framing, out);
  out += content;
  frame.end();
  return out;
}

TEST(FrameBuilder, puts_a_chunks_size_and_ends_around_what_was_appended) {
  EXPECT_EQ(framed(Framing::chunked, "hello"), "before 00000005\r\nhello\r\n");
  EXPECT_EQ(framed(Framing::chunked, std::string(0xABCDE, 'x')),
            "before 000abcde\r\n" + std::string(0xABCDE, 'x') + "\r\n");
}

TEST(FrameBuilder, makes_nothing_of_nothing_since_an_empty_chunk_is_the_last) {
  EXPECT_EQ(framed(Framing::chunked, ""), "before ");
}

TEST(FrameBuilder, adds_nothing_where_there_is_no_framing) {
  EXPECT_EQ(framed(Framing::none, "hello"), "before hello");
  EXPECT_EQ(framed(Framing::none, ""), "before ");
}

}  // namespace
}  // namespace pushwire::net
