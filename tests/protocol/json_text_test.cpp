#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "protocol/utf8.hpp"
#include "pushwire/codec.hpp"

namespace pushwire {
namespace {

const std::string kReplacement = "\xEF\xBF\xBD";

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

std::string base64(std::string_view bytes) {
  std::string out;
  append_base64(bytes, out);
  return out;
}

TEST(JsonString, takes_plain_text_over) {
  EXPECT_EQ(json_string(""), "\"\"");
  EXPECT_EQ(json_string("tick"), "\"tick\"");
  EXPECT_EQ(json_string("gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80"),
            "\"gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80\"");
}

TEST(JsonString, escapes_what_json_requires) {
  EXPECT_EQ(json_string("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json_string("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(json_string(std::string_view("\0\x01\x1f\x7f", 4)), "\"\\u0000\\u0001\\u001f\x7f\"");
}

// Examples of maximal subparts: table 3-8 to 3-11 of the Unicode standard, chapter 3.
TEST(JsonString, replaces_each_maximal_subpart_that_is_not_utf8_once) {
  const std::string& r = kReplacement;
  EXPECT_EQ(json_string("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"), '"' + r + r + r + r + r + r + r + r + "A\"");
  EXPECT_EQ(json_string("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"), '"' + r + r + r + r + r + r + r + r + "A\"");
  EXPECT_EQ(json_string("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"), '"' + r + r + r + r + r + "A" + r + r + "B\"");
  EXPECT_EQ(json_string("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), '"' + r + r + r + r + "A\"");
}

TEST(JsonString, replaces_a_character_that_is_cut_off) {
  EXPECT_EQ(json_string("a\xE2\x82"), "\"a" + kReplacement + '"');
  EXPECT_EQ(json_string("a\xF0\x9F\x98"), "\"a" + kReplacement + '"');
  EXPECT_EQ(json_string("\xC3"), '"' + kReplacement + '"');
}

TEST(JsonString, is_json_whatever_the_bytes_and_reads_back_where_they_are_utf8) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random() % 40, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    const std::string text = json_string(bytes);
    const auto value = nlohmann::json::parse(text, nullptr, false);
    ASSERT_TRUE(value.is_string()) << text;
    if (is_utf8(bytes)) {
      EXPECT_EQ(value.get<std::string>(), bytes);
    } else {
      EXPECT_NE(text.find(kReplacement), std::string::npos);
    }
  }
}

TEST(Utf8, is_what_the_encoding_standard_decodes_without_replacement) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"));
  for (const std::string bytes : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                                  "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF", "a\xC3"}) {
    EXPECT_FALSE(is_utf8(bytes)) << testing::PrintToString(bytes);
  }
}

// RFC 4648 section 10.
TEST(Base64, gives_the_test_vectors_of_its_rfc) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xFB\xFF\xFE"), "+//+");
}

TEST(Base64, appends_behind_what_is_there) {
  std::string out = "\"";
  append_base64(std::string_view("\0\0", 2), out);
  EXPECT_EQ(out, "\"AAA=");
}

TEST(IsJson, accepts_any_one_value) {
  for (const std::string text : {"null", "true", "0", "-1.5e-7", "\"\"", "[]", "{}",
                                 " {\"a\" : [1, {\"b\":null}]}\r\n\t", "\"\\ud83d\\ude00\"", "\"\xE2\x80\xA8\""}) {
    EXPECT_TRUE(is_json(text)) << text;
  }
}

TEST(IsJson, refuses_what_would_spoil_the_answer_that_it_stands_in) {
  for (const std::string text : {"",
                                 " ",
                                 "nul",
                                 "01",
                                 "+1",
                                 ".5",
                                 "1.",
                                 "NaN",
                                 "'a'",
                                 "[1,]",
                                 "{\"a\":1,}",
                                 "{a:1}",
                                 "1 2",
                                 "[1]]",
                                 "[1",
                                 "\"a",
                                 "\"\n\"",
                                 "\"\\x\"",
                                 "// c\n1",
                                 "1/**/",
                                 "\xEF\xBB\xBF"
                                 "1",
                                 "\"\x80\"",
                                 "\"\xED\xA0\x80\"",
                                 "\xC2\xA0"
                                 "1"}) {
    EXPECT_FALSE(is_json(text)) << testing::PrintToString(text);
  }
  EXPECT_FALSE(is_json(std::string_view("1\0", 2)));
  EXPECT_FALSE(is_json(std::string_view("1\0]}", 4)));
  EXPECT_FALSE(is_json(std::string_view("\"\0\"", 3)));
}

TEST(IsJson, survives_a_million_levels) {
  constexpr std::size_t kLevels = 1'000'000;
  EXPECT_FALSE(is_json(std::string(kLevels, '[')));
  EXPECT_TRUE(is_json(std::string(kLevels, '[') + std::string(kLevels, ']')));
  std::string objects;
  for (std::size_t level = 0; level < kLevels; ++level) objects += "{\"\":";
  EXPECT_FALSE(is_json(objects));
}

}  // namespace
}  // namespace pushwire
