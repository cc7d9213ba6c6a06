// pushwire-device-monitor: a live page about this Linux machine.
#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <exception>
#include <iostream>
#include <optional>
#include <system_error>

#include "monitor.hpp"
#include "page_files.hpp"
#include "pushwire/pushwire.hpp"
#include "serving_flags.hpp"
#include "steering.hpp"

namespace {

using device_monitor::Pace;
using device_monitor::Steering;
using Clock = Pace::Clock;

// For how long a viewer who has gone still counts as one: a reload takes less.
constexpr std::chrono::seconds kLease{10};

struct Flags {
  int interval_ms = 500;
  bool read_only = false;
};

// A descriptor that is readable once SIGINT or SIGTERM came. Called before there are other threads, which inherit that
// the signals are blocked.
int stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const int descriptor = ::signalfd(-1, &signals, SFD_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
  return descriptor;
}

// Waits until a descriptor is readable or, where there is such a time, until `due`. Returns whether a signal came.
bool stopped_before(std::optional<Clock::time_point> due, int signals, int messages) {
  int wait_ms = -1;
  if (due) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - Clock::now());
    wait_ms = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, Pace::kLongest.count()));
  }
  pollfd wait[] = {{signals, POLLIN, 0}, {messages, POLLIN, 0}};
  return ::poll(wait, 2, wait_ms) > 0 && wait[0].revents != 0;
}

void run(const Flags& flags, const samples::ServingFlags& serving) {
  const int signals = stop_signals();
  pushwire::Server server(serving.options().session_lease(kLease).dispatch_in_poll());
  server.add_assets(device_monitor::page_files());
  const device_monitor::Device device;
  const auto began = Clock::now();
  Pace pace(std::chrono::milliseconds(flags.interval_ms), began);
  device_monitor::Monitor monitor(server, device);
  Steering steering(server, device, pace, flags.read_only ? Steering::Rights::look : Steering::Rights::steer);
  server.start();
  serving.announce(server);

  // All on this thread: what viewers want changes when the next reading is due, and never comes into the middle of one.
  do {
    server.poll();
    const auto now = Clock::now();
    if (const auto due = pace.due(); due && *due <= now) {
      pace.begin(now);
      monitor.step(std::chrono::duration<double>(now - began).count());
    }
  } while (!stopped_before(pace.due(), signals, server.notify_fd()));
  server.stop();
  ::close(signals);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Shows this Linux machine live in a browser: processors, memory, network, disks, processes.",
               "pushwire-device-monitor"};
  samples::ServingFlags serving(app);
  Flags flags;
  app.add_option("--interval-ms", flags.interval_ms, "milliseconds between two readings, at first")
      ->check(CLI::Range(static_cast<int>(Pace::kShortest.count()), static_cast<int>(Pace::kLongest.count())))
      ->capture_default_str();
  app.add_flag("--read-only", flags.read_only, "viewers cannot change the interval, nor pause");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 1;  // --help is no error
  }
  try {
    run(flags, serving);
  } catch (const std::exception& error) {
    std::cerr << "pushwire-device-monitor: " << samples::in_flags(error.what()) << '\n';
    return 1;
  }
  return 0;
}
