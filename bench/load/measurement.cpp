#include "load/measurement.hpp"

#include <sys/resource.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <system_error>

#include "pacing/delivery_count.hpp"
#include "pacing/monotonic.hpp"
#include "pacing/open_files.hpp"

namespace pushwire::bench::load {
namespace {

constexpr double kLongestOpening = 60;
constexpr double kLongestSilence = 30;  // before the first message
constexpr std::chrono::milliseconds kTurn{20};
constexpr std::uint64_t kOtherFiles = 16;

double seconds_since(std::uint64_t then) { return static_cast<double>(monotonic_ns() - then) / 1e9; }

double own_cpu() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void check_open_files(const Options& options) {
  const std::uint64_t files = raise_open_files();
  if (files < options.connections + kOtherFiles) {
    throw std::runtime_error("the system allows " + std::to_string(files) + " open files, too few for " +
                             std::to_string(options.connections) + " connections");
  }
}

class Measurement {
 public:
  explicit Measurement(const Options& options) : options_(options) {
    if (!options.counter.empty() && !count_.keep(options.counter)) {
      throw std::system_error(errno, std::generic_category(), options.counter);
    }
  }

  Outcome run() {
    outcome_.before = probe_.read();
    open_all();
    outcome_.open = probe_.read();
    const std::uint64_t settling = monotonic_ns();
    while (seconds_since(settling) < options_.settle) connections_.turn(kTurn);

    const std::uint64_t earlier = deliveries_.tally().messages;
    deliveries_.latencies().clear();
    answers_.clear();
    const double own_before = own_cpu();
    outcome_.start = probe_.read();
    start_ = monotonic_ns();
    if (options_.start > 0) kill(options_.start, SIGUSR2);
    watch(earlier);
    outcome_.answers = answers_.tally();
    outcome_.end = probe_.read();
    outcome_.wall_s = seconds_since(start_);
    outcome_.own_cpu_s = own_cpu() - own_before;

    outcome_.span_s = static_cast<double>(last_message_ - first_message_) / 1e9;
    outcome_.messages = deliveries_.tally().messages - earlier;
    outcome_.connections = connections_.tally();
    outcome_.deliveries = deliveries_.tally();
    outcome_.behind = connections_.behind();
    outcome_.samples = deliveries_.latencies().size();
    outcome_.latencies = deliveries_.latencies().quantiles();
    return outcome_;
  }

 private:
  void open_all() {
    const std::uint64_t begin = monotonic_ns();
    while (!connections_.all_tried() && seconds_since(begin) < kLongestOpening) {
      connections_.open_more();
      connections_.turn(kTurn);
    }
    outcome_.connect_s = seconds_since(begin);
  }

  void watch(std::uint64_t earlier) {
    std::uint64_t seen = earlier;
    while (!is_over(seen - earlier)) {
      connections_.turn(kTurn);
      const std::uint64_t messages = deliveries_.tally().messages;
      if (messages == seen) continue;
      seen = messages;
      last_message_ = monotonic_ns();
      if (first_message_ == 0) first_message_ = last_message_;
    }
  }

  bool is_over(std::uint64_t messages) {
    const double elapsed = seconds_since(start_);
    if (!connections_.any_left()) return true;
    if (options_.idle > 0) return elapsed >= options_.idle;
    if (options_.measures_throughput()) return elapsed >= options_.throughput;
    if (options_.duration > 0 && elapsed >= options_.duration) return true;
    if (options_.expect > 0 && messages >= options_.expect) return true;
    if (first_message_ == 0) return options_.duration == 0 && elapsed > kLongestSilence;
    outcome_.fell_quiet = seconds_since(last_message_) >= options_.quiet;
    return outcome_.fell_quiet;
  }

  const Options& options_;
  const ServerProbe probe_{options_.server, options_.core};
  DeliveryCount count_;
  Deliveries deliveries_{options_.sequence_field, options_.time_field, count_};
  Answers answers_;
  Connections connections_{options_, deliveries_, answers_};
  Outcome outcome_;
  std::uint64_t start_ = 0, first_message_ = 0, last_message_ = 0;
};

}  // namespace

Outcome measure(const Options& options) {
  check_open_files(options);
  return Measurement(options).run();
}

}  // namespace pushwire::bench::load
