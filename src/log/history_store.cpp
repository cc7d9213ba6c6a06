#include "log/history_store.hpp"

#include <algorithm>
#include <utility>

namespace pushwire::log {
namespace {

// Longer ages are no limit, and would leave the steady clock's range.
constexpr std::chrono::milliseconds kForever = std::chrono::hours(24 * 365 * 100);

}  // namespace

HistoryStore::HistoryStore(const Type& type)
    : TypeStore(type), age_(type.retention.age < kForever ? type.retention.age : kForever * 0) {
  if (age_.count() == 0) return;
  std::set<Due> made;
  expiry_ = make_due();
  made.insert(expiry_);
  spare_ = made.extract(made.begin());
}

EmitStatus HistoryStore::append(std::shared_ptr<Event>& event, Steady now, Ledger& ledger, Discard&) {
  make_room(ledger);
  payload_bytes_ += event->payload.size();
  push(std::move(event), now, ledger);
  return EmitStatus::ok;
}

void HistoryStore::come_due(const Due&, Steady now, Ledger& ledger, Discard& discard) { trim(now, ledger, discard); }

bool HistoryStore::front_must_go(Steady now) const noexcept {
  if (slots_.empty()) return false;
  if (slots_.size() > retention().events) return true;
  if (retention().bytes != 0 && payload_bytes_ > retention().bytes && slots_.size() > 1) return true;
  return age_.count() != 0 && slots_.front().at + age_ <= now;
}

bool HistoryStore::trim(Steady now, Ledger& ledger, Discard& discard) noexcept {
  bool done = true;
  while (front_must_go(now)) {
    if (discard.full()) {
      done = false;
      break;
    }
    Slot slot = slots_.pop_front();
    payload_bytes_ -= slot.event->payload.size();
    discard.add(take(slot, ledger));
    evicted_through_ = slot.sequence;
    eviction_stamp_ = ledger.evicted(slot.sequence, owner_);
  }
  reschedule(ledger);
  return done;
}

void HistoryStore::retire(Ledger& ledger) noexcept {
  if (age_.count() != 0 && spare_.empty()) spare_ = ledger.schedule.extract(expiry_);
  TypeStore::retire(ledger);
}

void HistoryStore::reschedule(Ledger& ledger) noexcept {
  if (age_.count() == 0) return;
  const bool scheduled = spare_.empty();
  const Steady when = slots_.empty() ? Steady{} : slots_.front().at + age_;
  if (scheduled && !slots_.empty() && expiry_.when == when) return;
  if (scheduled) spare_ = ledger.schedule.extract(expiry_);
  if (slots_.empty()) return;
  expiry_.when = when;
  spare_.value() = expiry_;
  ledger.schedule.insert(std::move(spare_));
}

Sequence HistoryStore::lost(Sequence after, std::uint64_t forgiven) const noexcept {
  return evicted_through_ > after && eviction_stamp_ > forgiven ? evicted_through_ : 0;
}

}  // namespace pushwire::log
