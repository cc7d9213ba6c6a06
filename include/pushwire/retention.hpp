// What an event type keeps, which is also what a slow or returning client can still get.
//
//   latest()          one state: newcomers get it at once; a slow client skips to the newest
//   latest_by_key()   one state a key: newcomers get all of them
//   history(n)        a record: the newest n events, each delivered in order; newcomers start at now
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace pushwire {

struct Retention {
  enum class Kind : std::uint8_t { latest, latest_by_key, history };

  Kind kind = Kind::history;
  std::size_t events = 256;          // history: how many are kept, 1 to 10,000,000
  std::size_t bytes = 0;             // history: payload bytes kept at most, 0 = no limit of its own
  std::chrono::milliseconds age{0};  // history: how long an event is kept at most, 0 = no limit
  std::size_t max_keys = 10000;      // latest_by_key: keys and tombstones together
  double max_rate_hz = 0;            // states: emissions published a second (and key) at most, 0 = all

  friend bool operator==(const Retention& a, const Retention& b) noexcept {
    return a.kind == b.kind && a.events == b.events && a.bytes == b.bytes && a.age == b.age &&
           a.max_keys == b.max_keys && a.max_rate_hz == b.max_rate_hz;
  }
  friend bool operator!=(const Retention& a, const Retention& b) noexcept { return !(a == b); }
};

class Latest {
 public:
  // Publishes at most `hz` values a second; of those emitted in between, the last one is published when its time has
  // come. `hz` > 0.
  Latest& max_rate(double hz) noexcept { return retention_.max_rate_hz = hz, *this; }
  operator Retention() const noexcept { return retention_; }

 private:
  Retention retention_{Retention::Kind::latest};
};

class LatestByKey {
 public:
  // At most `count` keys, those of erased states that late readers still have to hear of included (1 to 10,000,000).
  // A further key is refused by `emit` (EmitStatus::too_many_keys); the oldest erased ones are forgotten first, and a
  // reader that had not heard of them is told of a gap and given the states anew.
  LatestByKey& max_keys(std::size_t count) noexcept { return retention_.max_keys = count, *this; }
  // As Latest::max_rate, for each key by itself.
  LatestByKey& max_rate(double hz) noexcept { return retention_.max_rate_hz = hz, *this; }
  operator Retention() const noexcept { return retention_; }

 private:
  Retention retention_{Retention::Kind::latest_by_key};
};

class History {
 public:
  explicit History(std::size_t events) noexcept { retention_.events = events; }
  // Keeps at most `count` bytes of payload: the oldest go first, the newest event is always kept.
  History& bytes(std::size_t count) noexcept { return retention_.bytes = count, *this; }
  // Keeps nothing older than `limit`.
  History& age(std::chrono::milliseconds limit) noexcept { return retention_.age = limit, *this; }
  operator Retention() const noexcept { return retention_; }

 private:
  Retention retention_{Retention::Kind::history};
};

inline Latest latest() noexcept { return {}; }
inline LatestByKey latest_by_key() noexcept { return {}; }
inline History history(std::size_t events = 256) noexcept { return History{events}; }

}  // namespace pushwire
