// What the types of one log share. Guarded by the log's mutex.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <tuple>
#include <utility>

#include "log/moment.hpp"
#include "log/recent_index.hpp"
#include "pushwire/event.hpp"

namespace pushwire::log {

struct State;

// Something that is due at a moment: a held-back state's publication, or (no `state`) the end of a type's oldest event.
struct Due {
  Steady when{};
  std::uint64_t order = 0;  // among those due at once: expiries before states, states as they were first held back
  std::uint32_t type = 0;
  State* state = nullptr;

  friend bool operator<(const Due& a, const Due& b) noexcept {
    return std::tie(a.when, a.order, a.type) < std::tie(b.when, b.order, b.type);
  }
};

// What a step of the log lets go of. It dies when the mutex is released: freeing memory keeps no emitter waiting.
class Discard {
 public:
  // Whoever drops in a loop stops when full, and goes on after a `clear` without the mutex.
  bool full() const noexcept { return size_ >= kRoom; }
  void add(EventPtr event) noexcept { events_[size_++] = std::move(event); }
  void clear() noexcept {
    while (size_ > 0) events_[--size_].reset();
  }

 private:
  static constexpr std::size_t kRoom = 56;
  static constexpr std::size_t kOneStep = 8;  // more than one append, beside its loop, drops at most
  std::array<EventPtr, kRoom + kOneStep> events_;
  std::size_t size_ = 0;
};

struct Ledger {
  Ledger(const Epoch& of, std::size_t indexed) noexcept : epoch(of), index(indexed) {}

  // A type lost its event `sequence` to readers that had not come so far. Returns the eviction's stamp.
  std::uint64_t evicted(Sequence sequence) noexcept {
    if (sequence > evicted_through) evicted_through = sequence;
    return ++evictions;
  }

  Epoch epoch;
  Sequence head = 0;
  RecentIndex index;
  std::set<Due> schedule;
  std::uint64_t holds = 0;       // Due::order of the last state held back
  std::uint64_t evictions = 1;   // counted; above 0, so that Place::forgiven 0 means "nothing forgiven"
  Sequence evicted_through = 0;  // the highest sequence lost by any type
  std::size_t bytes = 0;         // of payloads and keys kept, held-back states included
};

}  // namespace pushwire::log
