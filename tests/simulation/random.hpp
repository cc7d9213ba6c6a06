// The one source of chance of a simulated run: the same seed gives the same run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pushwire::simulation {

class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}

  // SplitMix64 (Steele, Lea and Flood 2014).
  std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  std::uint64_t state() const noexcept { return state_; }
  // 0 to n - 1; n > 0.
  std::size_t below(std::size_t n) noexcept { return static_cast<std::size_t>(next() % n); }
  std::size_t between(std::size_t least, std::size_t most) noexcept { return least + below(most - least + 1); }
  bool one_in(std::size_t n) noexcept { return below(n) == 0; }
  // 0 to `most`, small ones far more often: each power of two is as likely as the next.
  std::size_t skewed(std::size_t most) noexcept {
    std::size_t bits = 0;
    while (bits < 40 && (most >> bits) != 0) ++bits;
    const std::size_t limit = std::size_t{1} << below(bits + 1);
    return below(limit < most ? limit + 1 : most + 1);
  }
  template <class T>
  const T& pick(const std::vector<T>& from) noexcept {
    return from[below(from.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace pushwire::simulation
