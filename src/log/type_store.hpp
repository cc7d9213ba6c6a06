// What one event type keeps, by its retention: one class for each kind. Beside the public store of a type there may be
// private ones, of owners. The name and the retention may be read by any thread; all else is guarded by the log's mutex.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "log/ledger.hpp"
#include "log/ring.hpp"
#include "log/type_id.hpp"
#include "pushwire/event_type.hpp"
#include "pushwire/retention.hpp"

namespace pushwire::log {

class TypeStore {
 public:
  struct Slot {
    Sequence sequence = 0;
    Steady at{};
    EventPtr event;  // null: replaced since
  };
  using Slots = Ring<Slot>;  // ascending by sequence

  struct Type {
    TypeId id;
    std::string_view name;
    Retention retention;
    Event::Payload format;
    bool restricted = false;
    Owner* owner = nullptr;  // null: the events are public; else it outlives the store
  };

  explicit TypeStore(const Type& type)
      : id_(type.id),
        owner_(type.owner),
        name_(type.name),
        retention_(type.retention),
        format_(type.format),
        restricted_(type.restricted) {}
  virtual ~TypeStore() = default;
  TypeStore(const TypeStore&) = delete;
  TypeStore& operator=(const TypeStore&) = delete;

  TypeId id() const noexcept { return id_; }
  std::string_view name() const noexcept { return name_; }
  const Retention& retention() const noexcept { return retention_; }
  Event::Payload format() const noexcept { return format_; }
  bool restricted() const noexcept { return restricted_; }
  bool keyed() const noexcept { return retention_.kind == Retention::Kind::latest_by_key; }
  bool states() const noexcept { return retention_.kind != Retention::Kind::history; }

  // Takes `event`, or leaves it to the caller where the status is neither ok nor held_back. Throws std::bad_alloc and
  // is then as before.
  virtual EmitStatus append(std::shared_ptr<Event>& event, Steady now, Ledger& ledger, Discard& discard) = 0;
  // Puts `tombstone` in the place of its key's state. Keyed types only. Throws as `append`.
  virtual EmitStatus erase(std::shared_ptr<Event>& tombstone, Steady now, Ledger& ledger, Discard& discard);
  // Does what was scheduled; `due.when` <= now. Throws as `append`.
  virtual void come_due(const Due& due, Steady now, Ledger& ledger, Discard& discard) = 0;
  // Drops what is over the type's limits. False: `discard` is full, there is more to drop.
  virtual bool trim(Steady now, Ledger& ledger, Discard& discard) noexcept;
  // Takes all that the store keeps out of `ledger`. It is then good for nothing but to be destroyed.
  virtual void retire(Ledger& ledger) noexcept;

  const Slots& slots() const noexcept { return slots_; }
  // The place of the first slot with a sequence above `after`; size() if there is none.
  std::size_t first_after(Sequence after) const noexcept;
  // Of the state, or the tombstone, that is kept under `key` (of types without keys: any); 0: none. States only.
  virtual Sequence state_of(std::string_view key) const noexcept;
  // The highest sequence that is lost to a reader who has read up to `after` and knows of the evictions up to the stamp
  // `forgiven`; 0: nothing.
  virtual Sequence lost(Sequence after, std::uint64_t forgiven) const noexcept = 0;

 protected:
  // Afterwards one `push` cannot fail. Throws std::bad_alloc.
  void make_room(Ledger& ledger) {
    slots_.make_room();
    ledger.index.make_room(ledger.head + 1);
  }
  Sequence push(std::shared_ptr<Event> event, Steady now, Ledger& ledger) noexcept;
  // Takes the event out of a slot: nobody reads it any more.
  EventPtr take(Slot& slot, Ledger& ledger) noexcept;
  // Something on the schedule, still without its moment and order.
  Due make_due() noexcept;

  const TypeId id_;
  Owner* const owner_;
  Slots slots_;

 private:
  const std::string name_;
  const Retention retention_;
  const Event::Payload format_;
  const bool restricted_;
};

// By the retention's kind.
std::unique_ptr<TypeStore> make_type_store(const TypeStore::Type& type);

}  // namespace pushwire::log
