#include "log/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pushwire::log {
namespace {

TEST(Utf8, accepts_the_ends_of_each_length) {
  for (const std::string text : {"", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                                 "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "a\xC3\xA4z\xE2\x82\xAC"}) {
    EXPECT_TRUE(valid_utf8(text)) << text;
  }
  EXPECT_TRUE(valid_utf8(std::string(1, '\0')));
}

TEST(Utf8, refuses_overlong_forms_surrogates_and_what_is_out_of_range) {
  for (const std::string text : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF",
                                 "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_FALSE(valid_utf8(text));
  }
}

TEST(Utf8, refuses_what_is_cut_or_continued_wrongly) {
  for (const std::string text :
       {"\xC3", "\xE2\x82", "\xF0\x9F\x98", "\xC3(", "\xE2(\xAC", "\xE2\x82(", "\xF0\x9F\x98(", "\xF0\x9F(\x80"}) {
    EXPECT_FALSE(valid_utf8(text));
  }
}

}  // namespace
}  // namespace pushwire::log
