// pushwire-bench-limit: what the kernel alone allows, to hold servers against.
#include <CLI/CLI.hpp>
#include <cstdint>
#include <exception>
#include <iostream>
#include <memory>

#include "limit/sender.hpp"
#include "limit/server.hpp"
#include "pacing/open_files.hpp"
#include "pacing/pace.hpp"
#include "pacing/start_signal.hpp"

int main(int argc, char** argv) {
  using namespace pushwire::bench;
  std::uint16_t port = 0;
  bool ring = false;
  CLI::App program{
      "Sends one ready-made frame to every WebSocket (any path) and event stream (/sse), by one send() for each socket "
      "and "
      "batch. FAN_PERIOD_US, FAN_BATCH, FAN_DUR, FAN_N, FAN_WINDOW, FAN_COUNTER and FAN_IDLE pace it; SIGUSR2 starts "
      "it."};
  program.add_option("--port", port, "Port of 127.0.0.1 (0: any)")->capture_default_str();
  program.add_flag("--uring", ring, "io_uring in place of send()");
  CLI11_PARSE(program, argc, argv);

  expect_start_signal();
  raise_open_files();
  try {
    const std::unique_ptr<Sender> sender = ring ? ring_sender() : plain_sender();
    if (!sender) {
      std::cerr << "pushwire-bench-limit: it was built without liburing (Debian package: liburing-dev)\n";
      return 2;
    }
    Server server(port, pace_from_environment(), *sender);
    std::cout << "listening on http://127.0.0.1:" << server.port() << std::endl;
    server.run();
  } catch (const std::exception& error) {
    std::cerr << "pushwire-bench-limit: " << error.what() << '\n';
    return 1;
  }
}
