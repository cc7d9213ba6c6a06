// Counts the answers that polls get.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

namespace pushwire::bench::load {

class Answers {
 public:
  struct Answer {
    int status = 0;
    std::size_t bytes = 0;  // of the body
    bool operator==(const Answer& other) const { return status == other.status && bytes == other.bytes; }
  };
  struct Tally {
    std::uint64_t requests = 0;
    std::uint64_t answers = 0;
    std::uint64_t empty = 0;   // answers without an event
    std::uint64_t unlike = 0;  // answers of another status or size than the first one
    std::uint64_t bytes = 0;   // of bodies
    std::map<int, std::uint64_t> statuses;
    Answer first;
  };

  // Counts anew.
  void clear() { tally_ = {}; }
  void requested() { ++tally_.requests; }
  void take(const Answer& answer, bool with_events);
  const Tally& tally() const { return tally_; }

 private:
  Tally tally_;
};

}  // namespace pushwire::bench::load
