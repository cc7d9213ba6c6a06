#include "log/state_store.hpp"

#include <algorithm>
#include <utility>

#include "log/stored_event.hpp"

namespace pushwire::log {
namespace {

// A lower rate would leave the steady clock's range.
constexpr double kLongestSeconds = 100.0 * 365 * 24 * 3600;

}  // namespace

StateStore::StateStore(const Type& type) : TypeStore(type) {
  if (type.retention.max_rate_hz > 0) {
    const double seconds = std::min(1 / type.retention.max_rate_hz, kLongestSeconds);
    interval_ = std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
  }
}

bool StateStore::hold_back(State& state, std::shared_ptr<Event>& event, Steady now, Ledger& ledger, Discard& discard) {
  if (interval_.count() == 0 || state.sequence == 0) return false;
  const Steady when = state.published + interval_;
  if (now >= when) return false;
  if (state.held == nullptr) {
    auto held = std::make_unique<Held>();
    held->due = make_due();
    held->due.when = when;
    held->due.order = ledger.holds + 1;
    held->due.state = &state;
    ledger.schedule.insert(held->due);
    ++ledger.holds;
    state.held = std::move(held);
  } else {
    ledger.bytes -= bytes_of(*state.held->event);
    discard.add(std::move(state.held->event));
  }
  ledger.bytes += bytes_of(*event);
  state.held->event = std::move(event);
  return true;
}

std::shared_ptr<Event> StateStore::release(State& state, Ledger& ledger) noexcept {
  if (state.held == nullptr) return nullptr;
  unschedule(state, ledger);
  const std::unique_ptr<Held> held = std::move(state.held);
  return std::move(held->event);
}

void StateStore::unschedule(const State& state, Ledger& ledger) noexcept {
  if (state.held == nullptr) return;
  ledger.schedule.erase(state.held->due);
  ledger.bytes -= bytes_of(*state.held->event);
}

EmitStatus LatestStore::append(std::shared_ptr<Event>& event, Steady now, Ledger& ledger, Discard& discard) {
  if (hold_back(state_, event, now, ledger, discard)) return EmitStatus::held_back;
  make_room(ledger);
  discard.add(release(state_, ledger));
  publish(std::move(event), now, ledger, discard);
  return EmitStatus::ok;
}

void LatestStore::come_due(const Due&, Steady now, Ledger& ledger, Discard& discard) {
  make_room(ledger);
  publish(release(state_, ledger), now, ledger, discard);
}

void LatestStore::retire(Ledger& ledger) noexcept {
  unschedule(state_, ledger);
  TypeStore::retire(ledger);
}

void LatestStore::publish(std::shared_ptr<Event> event, Steady now, Ledger& ledger, Discard& discard) noexcept {
  if (!slots_.empty()) {
    Slot replaced = slots_.pop_front();
    discard.add(take(replaced, ledger));
  }
  state_.sequence = push(std::move(event), now, ledger);
  state_.published = now;
}

}  // namespace pushwire::log
