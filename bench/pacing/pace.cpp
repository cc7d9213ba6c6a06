#include "pacing/pace.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace pushwire::bench {
namespace {

constexpr double kMost = 1e15;

double number(const char* name, double otherwise) {
  const char* text = std::getenv(name);
  if (text == nullptr) return otherwise;
  char* end = nullptr;
  const double value = std::strtod(text, &end);
  return end == text || !std::isfinite(value) ? otherwise : std::clamp(value, 0.0, kMost);
}

std::uint64_t count(const char* name, std::uint64_t otherwise, std::uint64_t least) {
  return std::max(least, static_cast<std::uint64_t>(number(name, static_cast<double>(otherwise))));
}

// Of a number of `unit` nanoseconds.
std::chrono::nanoseconds span(const char* name, double unit, std::chrono::nanoseconds otherwise) {
  const double value = number(name, static_cast<double>(otherwise.count()) / unit);
  return std::chrono::nanoseconds{std::llround(std::min(value * unit, 1e18))};
}

}  // namespace

Pace pace_from_environment() {
  Pace pace;
  pace.period = span("FAN_PERIOD_US", 1e3, pace.period);
  pace.duration = span("FAN_DUR", 1e9, pace.duration);
  pace.batch = count("FAN_BATCH", pace.batch, 1);
  pace.connections = count("FAN_N", pace.connections, 1);
  pace.window = count("FAN_WINDOW", pace.window, 1);
  if (const char* file = std::getenv("FAN_COUNTER")) pace.counter = file;
  pace.idle = std::getenv("FAN_IDLE") != nullptr;
  return pace;
}

}  // namespace pushwire::bench
