// Times from emission to arrival, of which the report gives quantiles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pushwire::bench::load {

class Latencies {
 public:
  Latencies();

  // Of two CLOCK_MONOTONIC times; zero where the later one is not later.
  void add(std::uint64_t from, std::uint64_t to);
  void clear() { microseconds_.clear(); }
  std::size_t size() const { return microseconds_.size(); }

  struct Quantiles {
    double p50 = -1, p90 = -1, p99 = -1, p999 = -1, max = -1;  // ms; -1 where there is none
  };
  // Of all so far, by nearest rank.
  Quantiles quantiles();

 private:
  std::vector<std::uint32_t> microseconds_;
};

}  // namespace pushwire::bench::load
