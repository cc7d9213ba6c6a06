// One event's bytes in each transport's form. Done once for each event and format, whoever reads.
#include <string>
#include <string_view>

#include "../support/payload.hpp"
#include "allocations.hpp"
#include "builtin_transports.hpp"
#include "log/log_bench.hpp"

namespace pushwire::bench {
namespace {

void encode(benchmark::State& state, std::string_view name) {
  log::LogBench bench;
  bench.emit(bench.add("bench", history(1)), payload());
  const EventPtr event = bench.read(bench.log.earliest()).events.at(0);
  for (const auto& transport : builtin_transports(Limits{})) {
    if (transport->name() != name) continue;
    std::string out;
    const CountAllocations counted(state);
    for (auto _ : state) {
      out.clear();
      transport->encode(*event, {}, out);
      benchmark::DoNotOptimize(out.data());
    }
    return;
  }
  state.SkipWithError("this transport is not built in");
}
BENCHMARK_CAPTURE(encode, websocket, "websocket")->Name("encode/websocket");
BENCHMARK_CAPTURE(encode, sse, "sse")->Name("encode/sse");
BENCHMARK_CAPTURE(encode, poll, "poll")->Name("encode/poll_item");

}  // namespace
}  // namespace pushwire::bench
