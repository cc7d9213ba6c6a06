// `emit` as a host calls it, on a server that runs, with real clients. Payloads are ready-made JSON of 128 bytes.
//
// The clients' thread and the reactor share the machine with the emitting thread: where there are fewer cores than
// threads, what waits for a core is in the time as well.
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>

#include "../support/memory_server.hpp"
#include "../support/reading_clients.hpp"
#include "allocations.hpp"
#include "pushwire/server.hpp"

namespace pushwire::bench {
namespace {

constexpr std::size_t kClients = 1000;
constexpr int kThreads = 8;

struct LiveServer {
  explicit LiveServer(std::size_t count) {
    server.start();
    if (count > 0) clients = std::make_unique<ReadingClients>(server.port(), MemoryServer::websocket(), count);
  }
  // Until the clients' sockets have all that was emitted, or a second has passed.
  void await_deliveries(std::uint64_t count) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    while (server.stats().deliveries < count && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
  }

  Server server{Options{}.log({})};
  EventType<RawJson> bench = server.event<RawJson>("bench");  // what clients subscribe to
  EventType<RawJson> idle = server.event<RawJson>("idle");
  const RawJson ready = trusted_json(payload());
  std::unique_ptr<ReadingClients> clients;
};

// As fast as it goes. Of `bench` the reactor delivers what it gets to; the rest is gone by the type's history, as with
// any emitter that is faster than the network.
void flat_out(benchmark::State& state, std::size_t clients, EventType<RawJson> LiveServer::*type) {
  LiveServer live(clients);
  const auto& emitter = live.*type;
  const CountAllocations counted(state);
  for (auto _ : state) emitter.emit(live.ready);
}
BENCHMARK_CAPTURE(flat_out, nobody, 0, &LiveServer::bench)->Name("emit/nobody_connected")->UseRealTime();
BENCHMARK_CAPTURE(flat_out, idle, kClients, &LiveServer::idle)
    ->Name("emit/type_of_no_client/1000_clients")
    ->UseRealTime();
BENCHMARK_CAPTURE(flat_out, busy, kClients, &LiveServer::bench)->Name("emit/type_of_all/1000_clients")->UseRealTime();

// Each event is delivered before the next is emitted, so that every emit finds a sleeping reactor and wakes it.
void one_by_one(benchmark::State& state) {
  LiveServer live(kClients);
  std::uint64_t expected = 0;
  std::uint64_t allocated = 0;
  for (auto _ : state) {
    const auto before = allocations();
    const auto begun = std::chrono::steady_clock::now();
    live.bench.emit(live.ready);
    state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
    allocated += allocations() - before;
    live.await_deliveries(expected += kClients);
  }
  state.counters["allocations"] =
      benchmark::Counter(static_cast<double>(allocated), benchmark::Counter::kAvgIterations);
}
BENCHMARK(one_by_one)->Name("emit/wakes_the_reactor/1000_clients")->UseManualTime()->Iterations(200);

// All of them emit the same type.
void many_threads(benchmark::State& state) {
  static LiveServer* live = nullptr;
  if (state.thread_index() == 0) live = new LiveServer(0);
  {
    const CountAllocations counted(state);
    for (auto _ : state) live->bench.emit(live->ready);
  }
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) delete live;
}
BENCHMARK(many_threads)->Name("emit/nobody_connected")->Threads(kThreads)->UseRealTime();

}  // namespace
}  // namespace pushwire::bench
