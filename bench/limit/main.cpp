// pushwire-bench-limit: what the kernel alone allows, to hold servers against.
#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <memory>

#include "limit/sender.hpp"
#include "limit/server.hpp"
#include "pacing/open_files.hpp"
#include "pacing/pace.hpp"
#include "pacing/start_signal.hpp"

namespace pushwire::bench::limit {
namespace {

void report(const char* sentence) { std::cerr << "pushwire-bench-limit: " << sentence << '\n'; }

int serve(std::uint16_t port, bool ring, std::size_t envelope) {
  expect_start_signal();
  raise_open_files();
  try {
    const std::unique_ptr<Sender> sender = ring ? ring_sender() : plain_sender();
    if (!sender) {
      report("it was built without liburing (Debian package: liburing-dev)");
      return 2;
    }
    Server server(port, pace_from_environment(), *sender, envelope);
    std::cout << "listening on http://127.0.0.1:" << server.port() << std::endl;
    server.run();
  } catch (const std::exception& error) {
    report(error.what());
    return 1;
  }
}

}  // namespace
}  // namespace pushwire::bench::limit

int main(int argc, char** argv) {
  CLI::App app{
      "Sends one ready-made frame to every WebSocket (any path), event stream (/sse) and long-poll that waits "
      "(/long-poll), by one send() for each socket and batch.\nFAN_PERIOD_US, FAN_BATCH, FAN_DUR, FAN_N, FAN_WINDOW, "
      "FAN_COUNTER and FAN_IDLE pace it; SIGUSR2 starts it."};
  std::uint16_t port = 0;
  bool ring = false;
  std::size_t envelope = 0;
  app.add_option("--port", port, "TCP port of 127.0.0.1; 0: any free one")->capture_default_str();
  app.add_flag("--uring", ring, "io_uring in place of send()");
  app.add_option("--envelope", envelope, "bytes that each event has beside its payload: as many as a server's")
      ->check(CLI::Range(0, 4096))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return pushwire::bench::limit::serve(port, ring, envelope);
}
