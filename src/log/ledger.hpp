// What the stores of one log share, and those of one owner. Guarded by the log's mutex.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <new>
#include <set>
#include <tuple>
#include <utility>

#include "log/moment.hpp"
#include "log/recent_index.hpp"
#include "log/type_id.hpp"
#include "pushwire/event.hpp"

namespace pushwire::log {

struct State;
class TypeStore;

// Something that is due at a moment: a held-back state's publication, or (no `state`) the end of a store's oldest event.
struct Due {
  Steady when{};
  std::uint64_t order = 0;  // among those due at once: expiries before states, states as they were first held back
  std::uint64_t owner = 0;  // Owner::id; 0: none, the events are public
  TypeId type = 0;
  TypeStore* store = nullptr;  // the one of this type and owner
  State* state = nullptr;

  friend bool operator<(const Due& a, const Due& b) noexcept {
    return std::tie(a.when, a.order, a.owner, a.type) < std::tie(b.when, b.order, b.owner, b.type);
  }
};

// Whom private events are for, and what the stores that keep them share.
struct Owner {
  Owner(std::uint64_t number, std::weak_ptr<void> whom)
      : id(number), who(std::move(whom)), news{this}, entry(news.begin()) {}

  const std::uint64_t id;  // from 1 on
  const std::weak_ptr<void> who;
  std::atomic<Sequence> head{0};        // of its own events. Written under the mutex, read without
  std::atomic<bool> has_states{false};  // there is, or was, a store of states. As `head`
  Sequence evicted_through = 0;         // as Ledger's, of its own events
  std::list<Owner*> news;               // its entry for Ledger::news, while it is not there
  const std::list<Owner*>::iterator entry;
};

// What a step of the log lets go of. It dies when the mutex is released: freeing memory keeps no emitter waiting.
class Discard {
 public:
  // Costs nothing until something is dropped: every emit has one.
  Discard() noexcept = default;
  ~Discard() { clear(); }
  Discard(const Discard&) = delete;
  Discard& operator=(const Discard&) = delete;

  // Whoever drops in a loop stops when full, and goes on after a `clear` without the mutex.
  bool full() const noexcept { return size_ >= kRoom; }
  void add(EventPtr event) noexcept { new (place(size_++)) EventPtr(std::move(event)); }
  void clear() noexcept {
    while (size_ > 0) std::launder(reinterpret_cast<EventPtr*>(place(--size_)))->~EventPtr();
  }

 private:
  static constexpr std::size_t kRoom = 56;
  static constexpr std::size_t kOneStep = 8;  // more than one append, beside its loop, drops at most
  std::byte* place(std::size_t index) noexcept { return places_ + index * sizeof(EventPtr); }

  alignas(EventPtr) std::byte places_[(kRoom + kOneStep) * sizeof(EventPtr)];
  std::size_t size_ = 0;
};

struct Ledger {
  Ledger(const Epoch& of, std::size_t indexed) noexcept : epoch(of), index(indexed) {}

  // A store (of `owner`; null: a public one) lost its event `sequence` to readers that had not come so far. Returns the
  // eviction's stamp.
  std::uint64_t evicted(Sequence sequence, Owner* owner) noexcept {
    Sequence& through = owner == nullptr ? evicted_through : owner->evicted_through;
    if (sequence > through) through = sequence;
    return ++evictions;
  }
  // To be called before the log's head tells of the event.
  void appended_for(Owner& owner, Sequence sequence) noexcept {
    news.splice(news.end(), owner.news);
    has_news.store(true, std::memory_order_release);
    owner.head.store(sequence, std::memory_order_release);
  }

  // The owner is no news any more.
  void forget(Owner& owner) noexcept {
    if (owner.news.empty()) owner.news.splice(owner.news.end(), news, owner.entry);
  }

  Epoch epoch;
  Sequence head = 0;
  RecentIndex index;
  std::set<Due> schedule;
  std::uint64_t holds = 0;       // Due::order of the last state held back
  std::uint64_t evictions = 1;   // counted, private ones too; above 0, so that Place::forgiven 0 means "none forgiven"
  Sequence evicted_through = 0;  // the highest public sequence lost
  std::size_t bytes = 0;         // of payloads and keys kept, held-back states included
  std::list<Owner*> news;        // who got private events since that was last asked, in order of the first
  std::atomic<bool> has_news{false};  // read without the mutex
};

}  // namespace pushwire::log
