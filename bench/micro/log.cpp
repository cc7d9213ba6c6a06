// The log by itself: one thread, no reader that is told of anything.
#include <string>
#include <vector>

#include "../support/payload.hpp"
#include "allocations.hpp"
#include "log/log_bench.hpp"

namespace pushwire::bench {
namespace {

using log::LogBench;
using log::Place;

constexpr std::size_t kTypes = 1000;

struct FilledLog : LogBench {
  explicit FilledLog(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) types.push_back(add("type." + std::to_string(i), history(256)));
    for (std::size_t i = 0; i < 10'000; ++i) emit(types[i % count], text);
  }
  const std::string text = payload();
  std::vector<log::TypeId> types;
};

void append(benchmark::State& state) {
  FilledLog bench(static_cast<std::size_t>(state.range(0)));
  std::size_t next = 0;
  const CountAllocations counted(state);
  for (auto _ : state) {
    bench.emit(bench.types[next], bench.text);
    if (++next == bench.types.size()) next = 0;
  }
}
BENCHMARK(append)->Name("log/append/types")->Arg(1)->Arg(kTypes);

// The newest `range(0)` events, of one type or spread over all.
void read(benchmark::State& state) {
  const auto events = static_cast<std::size_t>(state.range(0));
  FilledLog bench(static_cast<std::size_t>(state.range(1)));
  const Place place = bench.after(bench.log.head() - events);
  const CountAllocations counted(state);
  for (auto _ : state) {
    const log::Batch batch = bench.read(place);
    if (batch.events.size() != events) return state.SkipWithError("another number of events was read");
  }
}
BENCHMARK(read)->Name("log/read/events/types")->Args({1, 1})->Args({100, 1})->Args({1, kTypes})->Args({100, kTypes});

// From before the index of recent events: the types' own stores are merged.
void read_from_far(benchmark::State& state) {
  FilledLog bench(static_cast<std::size_t>(state.range(0)));
  const Place place = bench.log.earliest();
  const CountAllocations counted(state);
  for (auto _ : state) benchmark::DoNotOptimize(bench.read(place).events.data());
}
BENCHMARK(read_from_far)->Name("log/read_earliest/types")->Arg(1)->Arg(kTypes);

void read_nothing(benchmark::State& state) {
  FilledLog bench(1);
  const Place place = bench.after(bench.log.head());
  const CountAllocations counted(state);
  for (auto _ : state) benchmark::DoNotOptimize(bench.read(place).events.data());
}
BENCHMARK(read_nothing)->Name("log/read_nothing_new");

}  // namespace
}  // namespace pushwire::bench
