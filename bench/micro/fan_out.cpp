// One turn of the server's core in memory: an event is appended, and every reader gets its bytes by a wire that only
// counts them. No socket, so this is what the core itself adds to the network's cost.
#include <chrono>
#include <string>
#include <vector>

#include "../support/memory_server.hpp"
#include "allocations.hpp"

namespace pushwire::bench {
namespace {

constexpr std::size_t kReaders = 100;

// Turns with one event each. `deliveries_each`: what the readers get of one turn.
void turns(benchmark::State& state, MemoryServer& server, log::TypeId type, std::size_t deliveries_each) {
  server.append(type);
  server.step();  // what grows once has grown
  const auto before = server.deliveries();
  {
    const CountAllocations counted(state);
    for (auto _ : state) {
      server.append(type);
      server.step();
    }
  }
  const auto made = server.deliveries() - before;
  if (made != deliveries_each * static_cast<std::uint64_t>(state.iterations())) {
    return state.SkipWithError("another number of events was delivered");
  }
  if (made == 0) return;
  state.counters["each"] =
      benchmark::Counter(static_cast<double>(deliveries_each),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

// `each` is to be the same from some hundred readers on.
void by_readers(benchmark::State& state, const std::string& request) {
  const auto readers = static_cast<std::size_t>(state.range(0));
  MemoryServer server;
  const log::TypeId type = server.add("bench");
  server.connect(request, readers);
  turns(state, server, type, readers);
}
BENCHMARK_CAPTURE(by_readers, websocket, MemoryServer::websocket())
    ->Name("fan_out/websocket/readers")
    ->RangeMultiplier(10)
    ->Range(1, 10'000);
BENCHMARK_CAPTURE(by_readers, sse, MemoryServer::sse())
    ->Name("fan_out/sse/readers")
    ->RangeMultiplier(10)
    ->Range(1, 10'000);

// Many types, of which the readers take one, or all; the turn is to cost the same whatever their number.
void by_types(benchmark::State& state, const std::string& query) {
  MemoryServer server;
  const log::TypeId type = server.add("bench");
  for (auto i = state.range(0); i > 1; --i) server.add("other." + std::to_string(i));
  server.connect(MemoryServer::websocket_request(query), kReaders);
  turns(state, server, type, kReaders);
}
BENCHMARK_CAPTURE(by_types, one, "?events=bench")
    ->Name("fan_out/subscribed_to_one/types")
    ->RangeMultiplier(10)
    ->Range(1, 10'000);
BENCHMARK_CAPTURE(by_types, all, "")->Name("fan_out/subscribed_to_all/types")->RangeMultiplier(10)->Range(1, 10'000);

// Readers with subscriptions of their own: as many cohorts, of which an event wakes one.
void by_cohorts(benchmark::State& state) {
  MemoryServer server;
  const log::TypeId type = server.add("bench");
  std::vector<std::string> names{"bench"};
  for (auto i = state.range(0); i > 1; --i) {
    names.push_back("other." + std::to_string(i));
    server.add(names.back());
  }
  for (const std::string& name : names) server.connect(MemoryServer::websocket_request("?events=" + name), 1);
  turns(state, server, type, 1);
}
BENCHMARK(by_cohorts)->Name("fan_out/one_of_many/cohorts")->RangeMultiplier(10)->Range(1, 1000);

// An event of a type that nobody reads, beside readers of another: what its turn costs above a bare append.
void unread(benchmark::State& state) {
  MemoryServer server;
  server.pace = std::chrono::milliseconds(0);  // no heartbeats: they come by time, not by events
  const log::TypeId type = server.add("other");
  server.add("bench");
  server.connect(MemoryServer::websocket(), static_cast<std::size_t>(state.range(0)));
  turns(state, server, type, 0);
}
BENCHMARK(unread)->Name("unread/append_and_turn/readers")->Arg(0)->Arg(1000);

void bare_append(benchmark::State& state) {
  MemoryServer server;
  const log::TypeId type = server.add("other");
  server.append(type, 1000);
  const CountAllocations counted(state);
  for (auto _ : state) server.append(type);
}
BENCHMARK(bare_append)->Name("unread/bare_append");

}  // namespace
}  // namespace pushwire::bench
