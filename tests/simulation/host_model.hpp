// The host of a simulated run, and the record of all that it emitted: what clients' knowledge is judged by. It knows
// the promise of each retention, not how the log keeps it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/event_log.hpp"
#include "log/watchers.hpp"
#include "simulation/random.hpp"
#include "simulation/sim_clock.hpp"
#include "simulation/verdict.hpp"

namespace pushwire::simulation {

using TypeIndex = log::TypeId;

// One emission that became an event.
struct Emitted {
  Sequence id = 0;
  TypeIndex type = 0;
  std::string key;
  std::string payload;    // as it was emitted
  std::string canonical;  // JSON without white space; the payload itself where it is bytes
  bool removed = false;
  std::int64_t at_ms = 0;
  std::uint64_t replaced = 0;  // a state: the step when a newer one of its key came; 0: it is the present one
  std::uint64_t gone = 0;      // a history: the step by which its retention let it go; 0: it is kept
};

struct HostType {
  std::string name;
  Retention retention;
  Event::Payload format = Event::Payload::json;
  bool states() const noexcept { return retention.kind != Retention::Kind::history; }
  bool keyed() const noexcept { return retention.kind == Retention::Kind::latest_by_key; }

  std::map<std::string, Sequence> present;       // states: the newest event of each key, erasures included
  std::map<std::string, std::string> held;       // states over their rate: the payload that waits
  std::deque<std::pair<Sequence, Steady>> kept;  // histories
  std::size_t kept_bytes = 0;
};

struct HostParts {
  log::EventLog& log;
  log::Watchers& watchers;
  SimClock& clock;
  Random& random;
  Verdict& verdict;
  std::function<void()> wake;  // the server's reactor
};

struct HostSettings {
  std::size_t most_types = 8;
  std::size_t most_payload = 4096;
  bool rates = true;
  std::size_t event_bytes = 1024 * 1024;
};

class HostModel {
 public:
  HostModel(HostParts parts, HostSettings settings) : parts_(parts), settings_(settings) {}

  // Something that a host may do: an emission or a burst of them, an erasure, a new type, a wrong call.
  void act();
  void emit(TypeIndex type);
  void burst();
  void add_type();

  // Takes up what the log appended by itself (held-back states) and what has come of age. To be called whenever the
  // log may have moved.
  void sync();

  Sequence head() const noexcept { return emitted_.size(); }
  const Emitted* find(Sequence id) const noexcept { return id >= 1 && id <= head() ? &emitted_[id - 1] : nullptr; }
  // By what its payload says of itself, for transports that do not tell the id of a state.
  const Emitted* find(std::string_view payload) const;
  const std::vector<HostType>& types() const noexcept { return types_; }
  std::optional<TypeIndex> type(std::string_view name) const noexcept;
  bool holds_back() const noexcept;

 private:
  void append(TypeIndex type, const std::string& key, std::string payload);
  void erase(TypeIndex type, const std::string& key);
  void record(TypeIndex type, const std::string& key, std::string payload, bool removed, std::int64_t at_ms);
  void record_held(Sequence id);
  void let_go(HostType& type);
  void misuse();
  std::string payload(const HostType& type);
  std::size_t keys_in_use(const HostType& type) const noexcept;
  void wake(TypeIndex type, EmitStatus status);

  HostParts parts_;
  HostSettings settings_;
  std::vector<HostType> types_;
  std::deque<Emitted> emitted_;  // by id - 1
  std::map<std::string, Sequence, std::less<>> by_payload_;
  std::uint64_t payloads_ = 0;
};

}  // namespace pushwire::simulation
