#include "log/type_store.hpp"

#include <utility>

#include "log/history_store.hpp"
#include "log/keyed_store.hpp"
#include "log/state_store.hpp"
#include "log/stored_event.hpp"

namespace pushwire::log {

EmitStatus TypeStore::erase(std::shared_ptr<Event>&, Steady, Ledger&, Discard&) { return EmitStatus::bad_key; }

bool TypeStore::trim(Steady, Ledger&, Discard&) noexcept { return true; }

void TypeStore::retire(Ledger& ledger) noexcept {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].event == nullptr) continue;
    ledger.index.drop(slots_[i].sequence);
    ledger.bytes -= bytes_of(*slots_[i].event);
  }
}

Sequence TypeStore::state_of(std::string_view) const noexcept { return 0; }

std::size_t TypeStore::first_after(Sequence after) const noexcept {
  std::size_t low = 0;
  std::size_t high = slots_.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (slots_[middle].sequence > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

Sequence TypeStore::push(std::shared_ptr<Event> event, Steady now, Ledger& ledger) noexcept {
  const Sequence sequence = ++ledger.head;
  event->id = {ledger.epoch, sequence};
  ledger.bytes += bytes_of(*event);
  EventPtr shared = std::move(event);
  if (owner_ == nullptr) {
    ledger.index.put(sequence, id_, shared);
  } else {
    ledger.index.put(sequence, RecentIndex::kPrivate, nullptr);
    ledger.appended_for(*owner_, sequence);
  }
  slots_.push_back({sequence, now, std::move(shared)});
  return sequence;
}

EventPtr TypeStore::take(Slot& slot, Ledger& ledger) noexcept {
  ledger.index.drop(slot.sequence);
  ledger.bytes -= bytes_of(*slot.event);
  return std::exchange(slot.event, nullptr);
}

Due TypeStore::make_due() noexcept {
  Due due;
  due.owner = owner_ == nullptr ? 0 : owner_->id;
  due.type = id_;
  due.store = this;
  return due;
}

std::unique_ptr<TypeStore> make_type_store(const TypeStore::Type& type) {
  switch (type.retention.kind) {
    case Retention::Kind::latest: return std::make_unique<LatestStore>(type);
    case Retention::Kind::latest_by_key: return std::make_unique<KeyedStore>(type);
    case Retention::Kind::history: break;
  }
  return std::make_unique<HistoryStore>(type);
}

}  // namespace pushwire::log
