// Values to JSON and back.
#include "pushwire/codec.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "../support/payload.hpp"
#include "allocations.hpp"
#include "pushwire/json.hpp"

namespace pushwire::bench {

struct Reading {
  double celsius = 21.537;
  int sensor = 17;
  std::string place = "boiler room";
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Reading, celsius, sensor, place)

}  // namespace pushwire::bench
PUSHWIRE_NLOHMANN(pushwire::bench::Reading)

namespace pushwire::bench {
namespace {

template <class T>
void encode(benchmark::State& state, const T& value) {
  std::string out;
  const CountAllocations counted(state);
  for (auto _ : state) {
    out.clear();
    Codec<T>::encode(value, out);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK_CAPTURE(encode, number, 21.537)->Name("codec/encode/double");
BENCHMARK_CAPTURE(encode, text, std::string("the door of the boiler room is open"))->Name("codec/encode/string");
BENCHMARK_CAPTURE(encode, reading, Reading{})->Name("codec/encode/struct_by_nlohmann");

// The whole text becomes a document, and that a T.
template <class T>
void decode(benchmark::State& state, const std::string& text, T /*what it is read as*/) {
  const CountAllocations counted(state);
  for (auto _ : state) {
    const auto document = JsonDocument::parse(text);
    if (!document) return state.SkipWithError("this is not JSON");
    benchmark::DoNotOptimize(document->root().get<T>());
  }
}
BENCHMARK_CAPTURE(decode, number, "21.537", double{})->Name("codec/decode/double");
BENCHMARK_CAPTURE(decode, text, R"("the door of the boiler room is open")", std::string{})->Name("codec/decode/string");
BENCHMARK_CAPTURE(decode, reading, R"({"celsius":21.537,"sensor":17,"place":"boiler room"})", Reading{})
    ->Name("codec/decode/struct_by_nlohmann");

void parse(benchmark::State& state) {
  const std::string text = payload();
  const CountAllocations counted(state);
  for (auto _ : state) {
    if (!JsonDocument::parse(text)) return state.SkipWithError("this is not JSON");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(parse)->Name("codec/parse_document");

// What emit does with raw_json, which nobody vouches for.
void check(benchmark::State& state) {
  const std::string text = payload();
  const CountAllocations counted(state);
  for (auto _ : state) benchmark::DoNotOptimize(is_json(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(check)->Name("codec/is_json");

}  // namespace
}  // namespace pushwire::bench
