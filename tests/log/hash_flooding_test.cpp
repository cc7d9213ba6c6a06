// Keys that were made to collide in the standard library's hash table, as whoever chooses keys could: they cost no more than
// others.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "log/log_bench.hpp"

namespace pushwire::log {
namespace {

constexpr std::size_t kKeys = 2300;

std::string key_of(std::uint64_t number) {
  std::string key(11, 'a');
  for (std::size_t at = 0; number > 0; number /= 26) key[at++] = static_cast<char>('a' + number % 26);
  return key;
}

// All in one bucket of a table of so many keys, where they are hashed as the standard library does.
std::vector<std::string> colliding_keys() {
  std::unordered_set<std::string_view> table;
  const std::vector<std::string> others = [] {
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < kKeys; ++i) keys.push_back(key_of(i));
    return keys;
  }();
  for (const std::string& key : others) table.insert(key);
  std::vector<std::string> keys;
  for (std::uint64_t number = 0; keys.size() < kKeys; ++number) {
    std::string key = key_of(number);
    if (table.bucket(key) == 0) keys.push_back(std::move(key));
  }
  return keys;
}

std::vector<std::string> other_keys() {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < kKeys; ++i) keys.push_back(key_of(1'000'003 * i));
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
  // In one bucket it would be five times as much, with all that else is done for an event.
  EXPECT_LT(time_of(colliding_keys()), 3 * time_of(other_keys()));
}

}  // namespace
}  // namespace pushwire::log
