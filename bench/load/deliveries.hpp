// Counts the events that arrive, and checks on each connection that they are all there, once, in order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "load/latencies.hpp"
#include "pacing/delivery_count.hpp"

namespace pushwire::bench::load {

// Where one connection is.
struct Place {
  std::uint64_t last = 0;  // sequence number; 0: none came yet, and any may be the first
  bool timed = false;
};

class Deliveries {
 public:
  struct Tally {
    std::uint64_t messages = 0;  // events: payloads with a sequence number
    std::uint64_t other = 0;     // what had none: greetings and the like
    std::uint64_t bytes = 0;     // of what had some
    std::uint64_t lost = 0;      // numbers left out
    std::uint64_t duplicated = 0;
    std::uint64_t disordered = 0;
  };

  // The names of the JSON members; `count` goes along with the messages.
  Deliveries(const std::string& sequence_field, const std::string& time_field, DeliveryCount& count);

  // A WebSocket message, the data of a server-sent event or the body of an answer: the events in it. `arrived` is only
  // looked at where the place is timed. True where there was an event.
  bool take(Place& place, std::string_view payload, std::uint64_t arrived);

  const Tally& tally() const { return tally_; }
  Latencies& latencies() { return latencies_; }

 private:
  void check(Place& place, std::uint64_t number);
  // Of an event whose number stands behind this part of the payload.
  void time(std::string_view before, std::uint64_t arrived);

  const std::string sequence_key_, time_key_;  // seq":
  DeliveryCount& count_;
  Tally tally_;
  Latencies latencies_;
};

}  // namespace pushwire::bench::load
