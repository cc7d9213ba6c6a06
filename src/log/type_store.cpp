#include "log/type_store.hpp"

#include <utility>

#include "log/history_store.hpp"
#include "log/keyed_store.hpp"
#include "log/state_store.hpp"
#include "log/stored_event.hpp"

namespace pushwire::log {

EmitStatus TypeStore::erase(std::shared_ptr<Event>&, Steady, Ledger&, Discard&) { return EmitStatus::bad_key; }

bool TypeStore::trim(Steady, Ledger&, Discard&) noexcept { return true; }

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
  ledger.index.put(sequence, id_, shared);
  slots_.push_back({sequence, now, std::move(shared)});
  return sequence;
}

EventPtr TypeStore::take(Slot& slot, Ledger& ledger) noexcept {
  ledger.index.drop(slot.sequence);
  ledger.bytes -= bytes_of(*slot.event);
  return std::exchange(slot.event, nullptr);
}

std::unique_ptr<TypeStore> make_type_store(std::uint32_t id, std::string_view name, const Retention& retention,
                                           Event::Payload format) {
  switch (retention.kind) {
    case Retention::Kind::latest: return std::make_unique<LatestStore>(id, name, retention, format);
    case Retention::Kind::latest_by_key: return std::make_unique<KeyedStore>(id, name, retention, format);
    case Retention::Kind::history: break;
  }
  return std::make_unique<HistoryStore>(id, name, retention, format);
}

}  // namespace pushwire::log
