// pushwire-bench-server: emits to whoever is connected as the environment says (bench/pacing/pacer.hpp), from a thread of its
// own, as an application would. Starts on SIGUSR2.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>

#include "pushwire/pushwire.hpp"
#include "pacer.h"

namespace {

using std::chrono::nanoseconds;

// As many descriptors as the machine lets us have: one for each client.
std::size_t take_all_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::size_t>(limit.rlim_cur);
}

void emit(pacer& p, const pushwire::EventType<pushwire::RawJson>& bench, int events) {
  pushwire::RawJson payload{std::string(PACER_EVENT, ' ')};
  for (int i = 0; i < events; ++i) {
    pacer_fill(&p, payload.text.data());
    bench.emit(payload);
  }
}

void run(pushwire::Server& server, const pushwire::EventType<pushwire::RawJson>& bench, pacer& p) {
  for (;;) {
    int due = pacer_go ? pacer_due(&p, pacer_now()) : 0;
    if (due > 0) {
      emit(p, bench, due);
      if (!p.period_ns) server.flush();
    }
    std::this_thread::sleep_for(nanoseconds(pacer_wait_ns(&p, pacer_now(), due)));
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::uint16_t port = 0;
  std::size_t history = 4096;
  int prefill = 0;
  CLI::App app("Emits events of the type \"bench\" as FAN_* in the environment says, once it gets SIGUSR2.");
  app.add_option("--port", port, "Port (0: any)")->capture_default_str();
  app.add_option("--history", history, "Events that are kept")->capture_default_str();
  app.add_option("--prefill", prefill, "Events to emit before it listens");
  CLI11_PARSE(app, argc, argv);

  try {
    pacer p;
    pacer_init(&p);
    pushwire::Limits limits;
    limits.connections = take_all_descriptors();
    pushwire::Server server{pushwire::Options{}.port(port).limits(limits)};
    const auto bench = server.event<pushwire::RawJson>("bench", pushwire::history(history));
    emit(p, bench, prefill);
    server.start();
    std::cout << "listening on " << server.url() << std::endl;
    run(server, bench, p);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
