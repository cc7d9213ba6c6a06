#include "session/token.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace pushwire::session {
namespace {

std::string hex(const std::array<std::uint8_t, 16>& bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

// The reference implementation's vectors_sip128: key 00..0f, input 00..(n-1).
TEST(SipHash, has_the_reference_implementations_vectors) {
  std::array<std::uint8_t, 16> key{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
  std::vector<std::uint8_t> input;
  for (int i = 0; i < 64; ++i) input.push_back(static_cast<std::uint8_t>(i));
  const auto of = [&](std::size_t size) { return hex(siphash128(key, input.data(), size)); };
  EXPECT_EQ(of(0), "a3817f04ba25a8e66df67214c7550293");
  EXPECT_EQ(of(1), "da87c1d86b99af44347659119b22fc45");
  EXPECT_EQ(of(2), "8177228da4a45dc7fca38bdef60affe4");
  EXPECT_EQ(of(3), "9c70b60c5267a94e5f33b6b02985ed51");
  EXPECT_EQ(of(7), "a1f1ebbed8dbc153c0b84aa61ff08239");
  EXPECT_EQ(of(8), "3b62a9ba6258f5610f83e264f31497b4");
  EXPECT_EQ(of(9), "264499060ad9baabc47f8b02bb6d71ed");
  EXPECT_EQ(of(15), "5493e99933b0a8117e08ec0f97cfc3d9");
  EXPECT_EQ(of(16), "6ee2a4ca67b054bbfd3315bf85230577");
  EXPECT_EQ(of(31), "2939b0183223fafc1723de4f52c43d35");
  EXPECT_EQ(of(63), "5150d1772f50834a503e069a973fbd7c");
}

constexpr log::Steady kNow = log::Steady{} + std::chrono::hours(5);

std::string issued(const Tokens& tokens) { return tokens.spell(tokens.issue(kNow)); }

TEST(Tokens, are_recognized_by_the_server_that_issued_them_alone) {
  const Tokens mine;
  const Tokens yours;
  for (int i = 0; i < 100; ++i) {
    const std::string token = issued(mine);
    EXPECT_EQ(token.size(), Tokens::kTokenChars);
    EXPECT_TRUE(mine.read(token));
    EXPECT_FALSE(yours.read(token));
  }
}

TEST(Tokens, read_as_what_was_issued) {
  const Tokens tokens;
  const Token token = tokens.issue(kNow);
  const auto read = tokens.read(tokens.spell(token));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id, token.id);
  EXPECT_EQ(read->issued, 5u * 3600 * 10);
}

TEST(Tokens, are_never_the_same) {
  const Tokens tokens;
  std::set<std::string> all;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(all.insert(issued(tokens)).second);
}

TEST(Tokens, that_were_changed_anywhere_are_not_recognized) {
  const Tokens tokens;
  const std::string token = issued(tokens);
  for (std::size_t i = 0; i < token.size(); ++i) {
    for (const char other : {'A', 'b', '0', '-', '_', '=', ' ', '\0'}) {
      std::string changed = token;
      changed[i] = other;
      EXPECT_EQ(tokens.read(changed).has_value(), changed == token) << i << other;
    }
  }
}

TEST(Tokens, have_one_spelling_each) {
  const Tokens tokens;
  const std::string token = issued(tokens);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  int spellings = 0;
  for (const char last : kAlphabet) spellings += tokens.read(token.substr(0, 42) + last) ? 1 : 0;
  EXPECT_EQ(spellings, 1) << "the two spare bits of the last character";
}

TEST(Tokens, of_any_other_size_are_not_recognized) {
  const Tokens tokens;
  const std::string token = issued(tokens);
  EXPECT_FALSE(tokens.read(""));
  EXPECT_FALSE(tokens.read(token.substr(1)));
  EXPECT_FALSE(tokens.read(token + "A"));
  EXPECT_FALSE(tokens.read(token + "="));
  EXPECT_FALSE(tokens.read(std::string(1'000'000, 'A')));
}

TEST(Tokens, fit_in_a_subprotocol_and_a_field) {
  const std::string token = issued(Tokens());
  EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
}

TEST(Tokens, give_sessions_names_that_stay_and_say_nothing) {
  const Tokens tokens;
  const Token token = tokens.issue(kNow);
  const std::string name = tokens.name(token.id);
  EXPECT_EQ(name.size(), Tokens::kNameChars);
  EXPECT_EQ(name, tokens.name(token.id));
  EXPECT_NE(name, tokens.name(tokens.issue(kNow).id));
  EXPECT_NE(name, tokens.spell(token).substr(0, name.size()));
  EXPECT_NE(name, Tokens().name(token.id)) << "by a key of the server's own";
}

TEST(Tokens, of_a_seed_are_the_same_each_time) {
  const std::array<std::uint8_t, 16> key{1, 2, 3};
  const Tokens one(key, 7);
  const Tokens two(key, 7);
  const Tokens other(key, 8);
  EXPECT_EQ(issued(one), issued(two));
  const std::string second = issued(one);
  EXPECT_EQ(second, issued(two));
  EXPECT_TRUE(other.read(second));
  EXPECT_NE(issued(other), issued(Tokens(key, 7)));
}

TEST(RandomBytes, fill_all_that_they_are_given) {
  std::set<int> seen;
  for (int round = 0; round < 200; ++round) {
    std::array<std::uint8_t, 64> bytes{};
    random_bytes(bytes.data(), bytes.size());
    seen.insert(bytes.front());
    seen.insert(1000 + bytes.back());
  }
  EXPECT_GT(seen.size(), 100u);
}

}  // namespace
}  // namespace pushwire::session
