#include <gtest/gtest.h>

#include <random>
#include <string>

#include "pushwire/codec.hpp"

namespace pushwire {
namespace {

// RFC 4648 section 10.
TEST(DecodeBase64, reads_the_test_vectors_of_its_rfc) {
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_base64("Zm9vYg=="), "foob");
  EXPECT_EQ(decode_base64("Zm9vYmE="), "fooba");
  EXPECT_EQ(decode_base64("Zm9vYmFy"), "foobar");
  EXPECT_EQ(decode_base64("+//+"), "\xFB\xFF\xFE");
}

TEST(DecodeBase64, refuses_what_append_base64_would_not_write) {
  for (const std::string text :
       {"Z",     "Zg",       "Zg=",  "Zg===", "Zm8",   "=",        "==",     "===",        "====",
        "Z===",  "Zg==Zg==", "Zm=v", "=m9v",  "Zm9v=", "Zm9v====", "Zm9v\n", " Zm9v",      "Zm9 ",
        "Zm9\n", "-__-",     "Zm9.", "Zh==",  "Zg=v",  "Zm9=",     "Zv==",   "Z\xC3\xA9v", "Zm9\xFF"}) {
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  }
  EXPECT_EQ(decode_base64(std::string_view("Zm9\0", 4)), std::nullopt);
}

TEST(DecodeBase64, reads_back_any_bytes) {
  std::mt19937 random(3);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random() % 50, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    std::string text;
    append_base64(bytes, text);
    EXPECT_EQ(decode_base64(text), bytes);
  }
}

TEST(DecodeBase64, takes_only_the_one_text_of_each_value) {
  std::mt19937 random(4);
  int taken = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::string text;
    for (auto left = random() % 9; left > 0; --left) text += "ABgw09+/="[random() % 9];
    const auto bytes = decode_base64(text);
    if (!bytes) continue;
    ++taken;
    std::string again;
    append_base64(*bytes, again);
    ASSERT_EQ(again, text);
  }
  EXPECT_GT(taken, 1000);
}

}  // namespace
}  // namespace pushwire
