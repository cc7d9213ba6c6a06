// How fast a measured server emits, as the environment says: the same variables for every server, in any language.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace pushwire::bench {

struct Pace {
  std::chrono::nanoseconds period{std::chrono::milliseconds{10}};  // FAN_PERIOD_US: between batches; zero: saturate
  std::chrono::nanoseconds duration{std::chrono::seconds{10}};     // FAN_DUR, in seconds
  std::uint64_t batch = 1;                                         // FAN_BATCH: events at once
  std::uint64_t connections = 1;                                   // FAN_N: makes events out of deliveries
  std::uint64_t window = 64;  // FAN_WINDOW: where it saturates, emitted and not yet delivered
  std::string counter;        // FAN_COUNTER: the file that the load generator counts deliveries in
  bool idle = false;          // FAN_IDLE: never emits, and does not wake to look for the start
};

// What is missing or no number stays as above; a batch or a number of connections is at least one.
Pace pace_from_environment();

}  // namespace pushwire::bench
