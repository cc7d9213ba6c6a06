#include "load/latencies.hpp"

#include <algorithm>
#include <limits>

namespace pushwire::bench::load {
namespace {

// Enough for most runs: to grow takes time, and that in the midst of measuring.
constexpr std::size_t kReserved = std::size_t{4} << 20;

}  // namespace

Latencies::Latencies() { microseconds_.reserve(kReserved); }

void Latencies::add(std::uint64_t from, std::uint64_t to) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  microseconds_.push_back(to > from ? static_cast<std::uint32_t>(std::min((to - from) / 1000, kMost)) : 0);
}

Latencies::Quantiles Latencies::quantiles() {
  if (microseconds_.empty()) return {};
  std::sort(microseconds_.begin(), microseconds_.end());
  const auto at = [this](double part) {
    const auto rank = static_cast<std::size_t>(part * static_cast<double>(microseconds_.size()));
    return microseconds_[std::min(rank, microseconds_.size() - 1)] / 1000.0;
  };
  return {at(0.5), at(0.9), at(0.99), at(0.999), microseconds_.back() / 1000.0};
}

}  // namespace pushwire::bench::load
