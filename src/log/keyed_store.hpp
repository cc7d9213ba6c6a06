#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>
#include <unordered_map>

#include "log/forgotten_keys.hpp"
#include "log/state_store.hpp"

namespace pushwire::log {

// One state a key, or the tombstone of one that was erased. Both together at most max_keys: when another key comes the
// oldest tombstone is forgotten. Replaced slots stay behind empty, no more of them than there are keys (and a few).
class KeyedStore final : public StateStore {
 public:
  using StateStore::StateStore;

  EmitStatus append(std::shared_ptr<Event>& event, Steady now, Ledger& ledger, Discard& discard) override;
  EmitStatus erase(std::shared_ptr<Event>& tombstone, Steady now, Ledger& ledger, Discard& discard) override;
  void come_due(const Due& due, Steady now, Ledger& ledger, Discard& discard) override;
  void retire(Ledger& ledger) noexcept override;
  Sequence state_of(std::string_view key) const noexcept override;
  Sequence lost(Sequence after, std::uint64_t forgiven) const noexcept override {
    return forgotten_.lost(after, forgiven);
  }

 private:
  // Views the key of the event that is kept, and moves on to the next event's when that is replaced.
  struct Key {
    mutable std::string_view text;
    friend bool operator==(const Key& a, const Key& b) noexcept { return a.text == b.text; }
  };
  // Keys may be texts that clients have chosen: by another hash for each process, they cannot choose such as collide.
  // Not noexcept, which has the table remember it.
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  using Tombstones = std::set<Sequence>;  // those that may be forgotten
  struct KeyState : State {
    Sequence birth = 0;            // of the first value since the key was unknown
    bool removed = false;          // `sequence` is a tombstone
    Tombstones::node_type parked;  // its place in `tombstones_` while a value is held back: it must stay
  };
  using States = std::unordered_map<Key, KeyState, KeyHash>;

  void make_room(Ledger& ledger);
  void publish(States::value_type& entry, std::shared_ptr<Event> event, Steady now, Ledger& ledger,
               Discard& discard) noexcept;
  void cancel_held(KeyState& state, Ledger& ledger, Discard& discard) noexcept;
  void forget_oldest_tombstone(Ledger& ledger, Discard& discard) noexcept;
  EventPtr take_slot(Sequence sequence, Ledger& ledger) noexcept;

  States states_;
  Tombstones tombstones_;
  ForgottenKeys forgotten_;
  std::size_t emptied_ = 0;  // slots
};

}  // namespace pushwire::log
