// pushwire-bench-server: emits to whoever is connected, as FAN_* in the environment says (bench/pacing), from a thread of
// its own, as an application would. Begins on SIGUSR2.
#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>
#include <thread>

#include "pacing/delivery_count.hpp"
#include "pacing/monotonic.hpp"
#include "pacing/open_files.hpp"
#include "pacing/pace.hpp"
#include "pacing/pacer.hpp"
#include "pacing/start_signal.hpp"
#include "pushwire/pushwire.hpp"

namespace {

using namespace pushwire;

using Bench = EventType<RawJson>;

void emit(bench::Pacer& pacer, const Bench& type, std::uint64_t events) {
  RawJson payload = trusted_json(std::string(bench::Pacer::kPayloadBytes, ' '));
  for (; events > 0; --events) {
    pacer.write_next(bench::monotonic_ns(), payload.text.data());
    type.emit(payload);
  }
}

// Never returns: the load generator ends the program.
[[noreturn]] void run(Server& server, const Bench& type, const bench::Pace& pace, bench::Pacer& pacer) {
  while (pace.idle) std::this_thread::sleep_for(std::chrono::hours(1));
  while (!bench::start_signal_given()) std::this_thread::sleep_for(bench::kStartLookup);
  bench::DeliveryCount delivered;
  if (!pace.counter.empty()) delivered.watch(pace.counter);
  for (;;) {
    const std::uint64_t due = pacer.due(bench::monotonic_ns(), delivered.get());
    emit(pacer, type, due);
    // A batch, one turn: what comes faster than the network would be gathered into larger ones.
    if (due > 0 && pace.period.count() == 0) server.flush(std::chrono::seconds(10));
    std::this_thread::sleep_for(pacer.wait(bench::monotonic_ns(), due));
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::uint16_t port = 0;
  std::size_t kept = 4096;
  std::uint64_t prefill = 0;
  CLI::App app("Emits events of the type \"bench\" as FAN_* in the environment says, once it gets SIGUSR2.");
  app.add_option("--port", port, "Port; 0: any that is free")->capture_default_str();
  app.add_option("--history", kept, "Events that are kept")->capture_default_str();
  app.add_option("--prefill", prefill, "Events that are emitted before it listens")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    bench::expect_start_signal();
    const bench::Pace pace = bench::pace_from_environment();
    bench::Pacer pacer(pace);
    Limits limits;
    limits.connections = bench::raise_open_files();
    Server server{Options{}.port(port).limits(limits)};
    const Bench type = server.event<RawJson>("bench", history(kept));
    emit(pacer, type, prefill);
    server.start();
    std::cout << "listening on " << server.url() << std::endl;
    run(server, type, pace, pacer);
  } catch (const std::exception& error) {
    std::cerr << "pushwire-bench-server: " << error.what() << '\n';
    return 1;
  }
}
