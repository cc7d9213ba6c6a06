#include "log/keyed_store.hpp"

#include <array>
#include <cstring>
#include <random>
#include <utility>

#include "log/siphash.hpp"

namespace pushwire::log {

namespace {

std::array<std::uint8_t, 16> random_key() {
  std::random_device source;
  std::array<std::uint8_t, 16> key{};
  for (std::uint8_t& byte : key) byte = static_cast<std::uint8_t>(source());
  return key;
}

}  // namespace

std::size_t KeyedStore::KeyHash::operator()(const Key& key) const {
  static const std::array<std::uint8_t, 16> kSecret = random_key();
  const auto code = siphash128(kSecret, key.text.data(), key.text.size());
  std::size_t hash = 0;
  std::memcpy(&hash, code.data(), sizeof hash);
  return hash;
}

EmitStatus KeyedStore::append(std::shared_ptr<Event>& event, Steady now, Ledger& ledger, Discard& discard) {
  const auto known = states_.find(Key{event->key});
  if (known != states_.end()) {
    KeyState& state = known->second;
    if (hold_back(state, event, now, ledger, discard)) {
      if (state.removed && state.parked.empty()) state.parked = tombstones_.extract(state.sequence);
      return EmitStatus::held_back;
    }
    make_room(ledger);
    cancel_held(state, ledger, discard);
    publish(*known, std::move(event), now, ledger, discard);
    return EmitStatus::ok;
  }

  const bool full = states_.size() >= retention().max_keys;
  if (full && tombstones_.empty()) return EmitStatus::too_many_keys;
  make_room(ledger);
  States::value_type& entry = *states_.try_emplace(Key{event->key}).first;
  if (full) forget_oldest_tombstone(ledger, discard);
  entry.second.birth = ledger.head + 1;
  publish(entry, std::move(event), now, ledger, discard);
  return EmitStatus::ok;
}

EmitStatus KeyedStore::erase(std::shared_ptr<Event>& tombstone, Steady now, Ledger& ledger, Discard& discard) {
  const auto known = states_.find(Key{tombstone->key});
  if (known == states_.end()) return EmitStatus::ok;
  KeyState& state = known->second;
  if (state.removed) {
    cancel_held(state, ledger, discard);
    return EmitStatus::ok;
  }
  make_room(ledger);
  tombstones_.insert(tombstones_.end(), ledger.head + 1);
  cancel_held(state, ledger, discard);
  publish(*known, std::move(tombstone), now, ledger, discard);
  return EmitStatus::ok;
}

void KeyedStore::come_due(const Due& due, Steady now, Ledger& ledger, Discard& discard) {
  make_room(ledger);
  const auto known = states_.find(Key{due.state->held->event->key});
  publish(*known, release(known->second, ledger), now, ledger, discard);
}

void KeyedStore::retire(Ledger& ledger) noexcept {
  for (auto& [key, state] : states_) unschedule(state, ledger);
  TypeStore::retire(ledger);
}

Sequence KeyedStore::state_of(std::string_view key) const noexcept {
  const auto known = states_.find(Key{key});
  return known == states_.end() ? 0 : known->second.sequence;
}

void KeyedStore::make_room(Ledger& ledger) {
  if (emptied_ > states_.size() + 8) {
    slots_.remove_if([](const Slot& slot) { return slot.event == nullptr; });
    emptied_ = 0;
  }
  StateStore::make_room(ledger);
}

void KeyedStore::publish(States::value_type& entry, std::shared_ptr<Event> event, Steady now, Ledger& ledger,
                         Discard& discard) noexcept {
  KeyState& state = entry.second;
  if (state.removed) {
    tombstones_.erase(state.sequence);
    state.parked = {};
  }
  if (state.sequence != 0) discard.add(take_slot(state.sequence, ledger));
  entry.first.text = event->key;
  state.removed = event->removed;
  if (!event->removed) state.published = now;
  state.sequence = push(std::move(event), now, ledger);
}

void KeyedStore::cancel_held(KeyState& state, Ledger& ledger, Discard& discard) noexcept {
  if (std::shared_ptr<Event> held = release(state, ledger)) discard.add(std::move(held));
  if (!state.parked.empty()) tombstones_.insert(std::move(state.parked));
}

void KeyedStore::forget_oldest_tombstone(Ledger& ledger, Discard& discard) noexcept {
  const Sequence sequence = *tombstones_.begin();
  tombstones_.erase(tombstones_.begin());
  EventPtr tombstone = take_slot(sequence, ledger);
  const auto known = states_.find(Key{tombstone->key});
  forgotten_.add(known->second.birth, sequence, ledger.evicted(sequence, owner_));
  states_.erase(known);
  discard.add(std::move(tombstone));
}

EventPtr KeyedStore::take_slot(Sequence sequence, Ledger& ledger) noexcept {
  ++emptied_;
  return take(slots_[first_after(sequence - 1)], ledger);
}

}  // namespace pushwire::log
