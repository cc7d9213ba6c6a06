// pushwire-device-monitor: a live page about this Linux machine.
#include <pthread.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>

#include "monitor.hpp"
#include "page_files.hpp"
#include "pushwire/pushwire.hpp"

namespace {

using Clock = std::chrono::steady_clock;

// Waits until `then` or until SIGINT or SIGTERM, which every thread must have blocked; returns whether one came.
bool stopped_before(Clock::time_point then, const sigset_t& stop_signals) {
  for (;;) {
    const auto left = std::chrono::nanoseconds(then - Clock::now()).count();
    timespec wait{};
    if (left > 0) {
      wait.tv_sec = static_cast<time_t>(left / 1'000'000'000);
      wait.tv_nsec = static_cast<long>(left % 1'000'000'000);
    }
    if (::sigtimedwait(&stop_signals, nullptr, &wait) > 0) return true;
    if (left <= 0) return false;
  }
}

void run(std::uint16_t port, const std::string& address, std::chrono::milliseconds interval) {
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGINT);
  sigaddset(&stop_signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);  // before there are other threads, which inherit it

  pushwire::Server server(pushwire::Options{}.port(port).address(address));
  for (const auto& file : device_monitor::page_files()) {
    server.add_asset({std::string(file.path), std::string(file.content_type), file.body});
  }
  device_monitor::Monitor monitor(server, device_monitor::Device{}, interval);
  server.start();
  std::cout << "listening on " << server.url() << std::endl;

  const auto began = Clock::now();
  for (auto next = began;;) {
    monitor.step(std::chrono::duration<double>(Clock::now() - began).count());
    next = std::max(next + interval, Clock::now());  // a round that took too long is not made up for
    if (stopped_before(next, stop_signals)) break;
  }
  server.stop();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Shows this Linux machine live in a browser: processors, memory, network, disks, processes."};
  int port = 8080;
  std::string address = "127.0.0.1";
  int interval_ms = 500;
  app.add_option("--port", port, "TCP port to listen on; 0: any free one")
      ->check(CLI::Range(0, 65'535))
      ->capture_default_str();
  app.add_option("--address", address, "IP address to listen on")->capture_default_str();
  app.add_option("--interval-ms", interval_ms, "milliseconds between two readings")
      ->check(CLI::Range(50, 60'000))
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 1;  // --help is no error
  }
  try {
    run(static_cast<std::uint16_t>(port), address, std::chrono::milliseconds(interval_ms));
  } catch (const std::exception& error) {
    std::cerr << "pushwire-device-monitor: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
