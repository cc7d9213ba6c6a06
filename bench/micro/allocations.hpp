// Counts what a benchmark's own thread allocates: allocations.cpp replaces the program's operator new.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>

namespace pushwire::bench {

std::uint64_t allocations() noexcept;  // of this thread so far

// From here to its end; told as `allocations`, for each iteration.
class CountAllocations {
 public:
  explicit CountAllocations(benchmark::State& state) : state_(state), before_(allocations()) {}
  ~CountAllocations() {
    state_.counters["allocations"] =
        benchmark::Counter(static_cast<double>(allocations() - before_), benchmark::Counter::kAvgIterations);
  }
  CountAllocations(const CountAllocations&) = delete;
  CountAllocations& operator=(const CountAllocations&) = delete;

 private:
  benchmark::State& state_;
  const std::uint64_t before_;
};

}  // namespace pushwire::bench
