// States: types of which only the newest value counts, of the type or of each key. A state over its rate is held back,
// a newer one taking its place, until it is due.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "log/type_store.hpp"

namespace pushwire::log {

struct Held {
  std::shared_ptr<Event> event;
  Due due;
};

// Does not move while it is on the schedule.
struct State {
  Sequence sequence = 0;  // of what the type keeps of it; 0: nothing was published
  Steady published{};     // when a value last was; an erasure is not one
  std::unique_ptr<Held> held;
};

class StateStore : public TypeStore {
 public:
  explicit StateStore(const Type& type);

 protected:
  // Whether `event` comes too soon; it is then taken. Throws std::bad_alloc and is then as before.
  bool hold_back(State& state, std::shared_ptr<Event>& event, Steady now, Ledger& ledger, Discard& discard);
  // Takes what is held back off the schedule; null: nothing is.
  std::shared_ptr<Event> release(State& state, Ledger& ledger) noexcept;
  // As `release`, but what is held back stays and dies with the state.
  void unschedule(const State& state, Ledger& ledger) noexcept;

 private:
  std::chrono::nanoseconds interval_{0};  // between two values of a state; 0: any rate
};

// One state.
class LatestStore final : public StateStore {
 public:
  using StateStore::StateStore;

  EmitStatus append(std::shared_ptr<Event>& event, Steady now, Ledger& ledger, Discard& discard) override;
  void come_due(const Due& due, Steady now, Ledger& ledger, Discard& discard) override;
  void retire(Ledger& ledger) noexcept override;
  Sequence state_of(std::string_view) const noexcept override { return state_.sequence; }
  Sequence lost(Sequence, std::uint64_t) const noexcept override { return 0; }

 private:
  void publish(std::shared_ptr<Event> event, Steady now, Ledger& ledger, Discard& discard) noexcept;

  State state_;
};

}  // namespace pushwire::log
