// Keys that were made to collide in the standard library's hash table, as whoever chooses keys could: they cost no more than
// others.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "log/log_bench.hpp"

namespace pushwire::log {
namespace {

// MurmurHash64A, which libstdc++ hashes strings with, takes eight bytes at a time through a mix that can be undone. Two words
// whose mixes differ in the highest bit alone leave hashes that do so, whatever came before; two more take that back.
constexpr std::uint64_t kMultiplier = 0xc6a4a7935bd1e995;

std::uint64_t mix(std::uint64_t word) {
  word *= kMultiplier;
  return (word ^ word >> 47) * kMultiplier;
}

std::uint64_t unmix(std::uint64_t mixed) {
  std::uint64_t inverse = kMultiplier;  // by Newton's iteration
  for (int i = 0; i < 6; ++i) inverse *= 2 - kMultiplier * inverse;
  mixed *= inverse;
  return (mixed ^ mixed >> 47) * inverse;
}

std::string text_of(std::uint64_t word) {
  std::string text(sizeof word, '\0');
  std::memcpy(text.data(), &word, sizeof word);
  return text;
}

bool is_letters(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= 'z'; });
}

// Two texts of eight letters each, one for another.
std::pair<std::string, std::string> counterparts(std::mt19937_64& random) {
  for (;;) {
    std::string text(8, '\0');
    for (char& c : text) c = static_cast<char>('0' + random() % ('z' - '0' + 1));
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    const std::string other = text_of(unmix(mix(word) ^ 1ull << 63));
    if (is_letters(other)) return {text, other};
  }
}

std::vector<std::string> colliding_keys(int doublings) {
  std::mt19937_64 random(1);
  const auto first = counterparts(random), second = counterparts(random);
  std::vector<std::string> keys{""};
  for (int i = 0; i < doublings; ++i) {
    std::vector<std::string> longer;
    for (const std::string& key : keys) {
      longer.push_back(key + first.first + second.first);
      longer.push_back(key + first.second + second.second);
    }
    keys = std::move(longer);
  }
  return keys;
}

std::vector<std::string> other_keys(const std::vector<std::string>& like) {
  std::mt19937_64 random(2);
  std::vector<std::string> keys = like;
  for (std::string& key : keys) {
    for (char& c : key) c = static_cast<char>('0' + random() % 10);
  }
  return keys;
}

// The least of three times: what else the machine does comes on top.
std::chrono::nanoseconds time_of(const std::vector<std::string>& keys) {
  auto least = std::chrono::nanoseconds::max();
  for (int round = 0; round < 3; ++round) {
    LogBench bench;
    const TypeId type = bench.add("door", latest_by_key());
    const auto begun = std::chrono::steady_clock::now();
    for (const std::string& key : keys) bench.emit(type, key, "1");
    least = std::min<std::chrono::nanoseconds>(least, std::chrono::steady_clock::now() - begun);
  }
  return least;
}

TEST(HashFlooding, of_keys_costs_no_more_than_other_keys_do) {
  const std::vector<std::string> keys = colliding_keys(12);
  const std::size_t hash = std::hash<std::string_view>{}(keys.front());
  for (const std::string& key : keys) {
    if (std::hash<std::string_view>{}(key) != hash) GTEST_SKIP() << "this standard library hashes in another way";
  }
  // With all in one bucket it would be more than ten times as much.
  EXPECT_LT(time_of(keys), 4 * time_of(other_keys(keys)));
}

}  // namespace
}  // namespace pushwire::log
