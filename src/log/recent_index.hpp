// The recent sequence numbers: what type each went to, and its event while the type keeps it. A ring by sequence that
// grows to its limit as events come, so that an idle log is small. Of private events it knows nothing but that there is
// one. Guarded by the log's mutex.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <new>
#include <utility>
#include <vector>

#include "log/type_id.hpp"
#include "pushwire/event.hpp"

namespace pushwire::log {

class RecentIndex {
 public:
  static constexpr TypeId kPrivate = std::numeric_limits<TypeId>::max();  // no type of the log's
  struct Slot {
    EventPtr event;   // null: replaced, evicted, forgotten, or private
    TypeId type = 0;  // or kPrivate
  };

  // `limit`: how many sequence numbers at most; a power of two.
  explicit RecentIndex(std::size_t limit) noexcept : limit_(limit) {}

  // Afterwards `put(next, …)` cannot fail. Without memory to grow it stays as it is and covers less; std::bad_alloc
  // only while it has no slot at all.
  void make_room(Sequence next) {
    if (next - from_ < slots_.size() || slots_.size() >= limit_) return;
    try {
      grow();
    } catch (const std::bad_alloc&) {
      if (slots_.empty()) throw;
    }
  }
  // `sequence` is one above the last.
  void put(Sequence sequence, TypeId type, EventPtr event) noexcept {
    slot(sequence) = {std::move(event), type};
    last_ = sequence;
    if (last_ - from_ >= slots_.size()) from_ = last_ - slots_.size() + 1;
  }
  // The type keeps the event no more.
  void drop(Sequence sequence) noexcept {
    if (sequence >= from_) slot(sequence).event.reset();
  }

  // Whether every sequence number from `sequence` on, to the last, is here.
  bool covers(Sequence sequence) const noexcept { return sequence >= from_; }
  const Slot& operator[](Sequence sequence) const noexcept { return slots_[sequence & (slots_.size() - 1)]; }

 private:
  static constexpr std::size_t kFirst = 64;

  Slot& slot(Sequence sequence) noexcept { return slots_[sequence & (slots_.size() - 1)]; }
  void grow() {
    std::vector<Slot> larger(std::min(limit_, std::max(kFirst, slots_.size() * 2)));
    for (Sequence sequence = from_; sequence <= last_; ++sequence) {
      larger[sequence & (larger.size() - 1)] = std::move(slot(sequence));
    }
    slots_ = std::move(larger);
  }

  std::size_t limit_;
  std::vector<Slot> slots_;
  Sequence from_ = 1;  // the lowest that is here
  Sequence last_ = 0;
};

}  // namespace pushwire::log
