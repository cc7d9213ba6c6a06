#pragma once

#include <chrono>
#include <cstdint>
#include <set>

#include "log/type_store.hpp"

namespace pushwire::log {

// The newest events of a type, as many as count, bytes and age allow. What goes, goes from the front.
class HistoryStore final : public TypeStore {
 public:
  explicit HistoryStore(const Type& type);

  EmitStatus append(std::shared_ptr<Event>& event, Steady now, Ledger& ledger, Discard& discard) override;
  void come_due(const Due& due, Steady now, Ledger& ledger, Discard& discard) override;
  bool trim(Steady now, Ledger& ledger, Discard& discard) noexcept override;
  void retire(Ledger& ledger) noexcept override;
  Sequence lost(Sequence after, std::uint64_t forgiven) const noexcept override;

 private:
  bool front_must_go(Steady now) const noexcept;
  // Puts the end of the oldest event on the schedule.
  void reschedule(Ledger& ledger) noexcept;

  const std::chrono::nanoseconds age_;  // 0: no limit
  std::size_t payload_bytes_ = 0;
  Sequence evicted_through_ = 0;
  std::uint64_t eviction_stamp_ = 0;
  Due expiry_;                      // as it is on the schedule, unless `spare_` holds its node
  std::set<Due>::node_type spare_;  // so that rescheduling needs no memory
};

}  // namespace pushwire::log
