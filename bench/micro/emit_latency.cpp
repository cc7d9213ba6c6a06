// How long an emit holds up its thread while the reactor has all that it can do. A measuring loop of our own: the
// figures are counters, in microseconds.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "../support/memory_server.hpp"
#include "../support/reading_clients.hpp"
#include "allocations.hpp"
#include "pushwire/server.hpp"

namespace pushwire::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kClients = 1000;
constexpr std::size_t kEmits = 5000;
constexpr std::chrono::microseconds kPeriod{500};
constexpr std::uint64_t kInFlight = 16;  // events: the reactor always has more to do, and readers are not left behind

// Emits as fast as the reactor delivers. Server and type outlive it.
class Saturation {
 public:
  Saturation(const Server& server, const EventType<RawJson>& type)
      : thread_([this, &server, &type] { run(server, type); }) {}
  ~Saturation() {
    end_ = true;
    thread_.join();
  }
  Saturation(const Saturation&) = delete;
  Saturation& operator=(const Saturation&) = delete;

 private:
  void run(const Server& server, const EventType<RawJson>& type) {
    const RawJson ready = trusted_json(payload());
    for (std::uint64_t emitted = 0; !end_;) {
      if (emitted < server.stats().deliveries / kClients + kInFlight) {
        type.emit(ready);
        ++emitted;
      } else {
        std::this_thread::sleep_for(std::chrono::microseconds(100));
      }
    }
  }

  std::atomic<bool> end_{false};
  std::thread thread_;
};

double microseconds(SteadyClock::duration time) { return std::chrono::duration<double, std::micro>(time).count(); }

void paced(benchmark::State& state) {
  Server server{Options{}.log({})};
  const auto load = server.event<RawJson>("bench");
  const auto type = server.event<RawJson>("idle");
  server.start();
  const ReadingClients clients(server.port(), MemoryServer::websocket(), kClients);
  const Saturation saturation(server, load);
  const RawJson ready = trusted_json(payload());
  std::vector<double> times;
  times.reserve(kEmits);
  const auto delivered = server.stats().deliveries;
  const auto begun = SteadyClock::now();
  for (auto _ : state) {
    for (std::size_t i = 0; i < kEmits; ++i) {
      std::this_thread::sleep_until(begun + i * kPeriod);
      const auto before = SteadyClock::now();
      type.emit(ready);
      times.push_back(microseconds(SteadyClock::now() - before));
    }
  }
  const std::chrono::duration<double> took = SteadyClock::now() - begun;
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) {
    return times[static_cast<std::size_t>(share * static_cast<double>(kEmits - 1))];
  };
  state.counters["p50_us"] = at(0.5);
  state.counters["p99.9_us"] = at(0.999);
  state.counters["max_us"] = times.back();
  state.counters["deliveries/s"] = static_cast<double>(server.stats().deliveries - delivered) / took.count();
}
BENCHMARK(paced)
    ->Name("emit/paced_beside_a_saturated_reactor")
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pushwire::bench
