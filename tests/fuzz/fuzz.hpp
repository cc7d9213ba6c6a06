// What fuzz targets have in common. Each is LLVMFuzzerTestOneInput: run by libFuzzer, which makes inputs up, or by
// replay.cpp, which gives it those of the corpus.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace pushwire::fuzz {

// Ends the program where `claim` does not hold.
inline void check(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", claim);
  std::abort();
}

inline std::string_view view(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

// Numbers that depend on the input alone, so that an input that has failed fails again.
inline std::minstd_rand random_of(std::string_view input) {
  std::uint32_t hash = 2166136261u;  // FNV-1a
  for (const char c : input) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return std::minstd_rand(hash);
}

// Places to cut `input` at, ascending: a few, anywhere.
inline std::vector<std::size_t> some_cuts(std::string_view input) {
  auto random = random_of(input);
  std::vector<std::size_t> cuts(random() % 8);
  for (std::size_t& cut : cuts) cut = random() % (input.size() + 1);
  std::sort(cuts.begin(), cuts.end());
  return cuts;
}

// Behind every byte.
inline std::vector<std::size_t> all_cuts(std::string_view input) {
  std::vector<std::size_t> cuts;
  for (std::size_t cut = 1; cut < input.size(); ++cut) cuts.push_back(cut);
  return cuts;
}

// The input's lines, `count` of them: empty ones where it has fewer; the last one is all that is left.
inline std::vector<std::string_view> lines(std::string_view input, std::size_t count) {
  std::vector<std::string_view> found(count);
  for (std::size_t line = 0; line < count; ++line) {
    const std::size_t end = line + 1 == count ? input.size() : std::min(input.find('\n'), input.size());
    found[line] = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  return found;
}

}  // namespace pushwire::fuzz
