// The events of one owner, a session: for it alone, beside those of everybody. They have places in the log's one
// sequence, but are kept, limited and counted as lost apart, by type. Made by EventLog::open_private.
//
// Threads: every function may be called from any thread. The log must outlive it. Its end is that of what it keeps, as
// if by EventLog::close_private.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "log/event_log.hpp"
#include "log/ledger.hpp"
#include "log/place.hpp"
#include "log/type_store.hpp"

namespace pushwire::log {

class PrivateEvents {
 public:
  using Stores = std::map<TypeId, std::unique_ptr<TypeStore>>;

  ~PrivateEvents();
  PrivateEvents(const PrivateEvents&) = delete;
  PrivateEvents& operator=(const PrivateEvents&) = delete;

  // The highest sequence of an own event, kept or not; 0: there was none. To see all at or below a head() of the log,
  // read that one first.
  Sequence head() const noexcept { return owner_.head.load(std::memory_order_acquire); }

  // Whether a read from `place`, up to a head() of the log that was read before, may differ from one without these
  // events.
  bool concern(const Place& place) const noexcept {
    return head() > place.after || (place.snapshot_due() && owner_.has_states.load(std::memory_order_acquire));
  }

 private:
  friend class EventLog;

  PrivateEvents(EventLog& log, std::uint64_t id, std::weak_ptr<void> who) : log_(log), owner_(id, std::move(who)) {}

  // Null: there is no store yet, or no more.
  TypeStore* find(TypeId type) const noexcept {
    const auto known = stores_.find(type);
    return known == stores_.end() ? nullptr : known->second.get();
  }

  EventLog& log_;
  // Under the log's mutex:
  Owner owner_;
  Stores stores_;  // made when first needed
  bool closed_ = false;
};

// False without any.
inline bool concerns(const PrivateEvents* own, const Place& place) noexcept {
  return own != nullptr && own->concern(place);
}

}  // namespace pushwire::log
