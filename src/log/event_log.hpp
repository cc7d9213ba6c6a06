// The ordered record of events. One sequence for all types; each type keeps its own events by its own retention, so a
// fast type cannot evict another's.
//
// Threads: every function may be called from any thread; one mutex, held briefly, never while foreign code runs. No
// clock: moments come from the caller. Memory: what retention says, plus an index of kIndexed recent places. A TypeId
// must be one that add_type gave.
//
// Reading: `read` gives, in ascending order, the events of the subscription that are still kept, with after < id <=
// upto. States (latest, latest_by_key) that were replaced are not losses: their newest value comes instead. What a
// history evicted, and a forgotten tombstone of a key that the reader may know, are losses for every reader that had
// not read so far, told by status `gap`, once for a reader that keeps its Place.
//  - A read that stops at its limit tells the part of the loss that its own range covers; the next tells the rest.
//  - `fresh` and `reset` are a first batch's status even when there is a loss to tell: that batch is then empty, and
//    the next one tells it.
//  - A type that the subscription does not include, as it is restricted and not visible, is never told of.
//  - While a snapshot is due, losses wait for its end, so that a busy type cannot keep a reader from ending it. A place
//    straight from a cursor is told of them at once, in a batch without events.
//
// Private events are of the same types and in the same sequence, for one owner: see PrivateEvents. Nobody else's read
// gives or counts them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/moment.hpp"
#include "log/place.hpp"
#include "log/subscription.hpp"
#include "log/type_id.hpp"
#include "pushwire/event_type.hpp"
#include "pushwire/retention.hpp"

namespace pushwire::log {

class PrivateEvents;
class TypeStore;
using PrivateEventsPtr = std::shared_ptr<PrivateEvents>;

struct LogLimits {
  std::size_t event_bytes = 1024 * 1024;  // payload of one event
  std::size_t types = 10000;
  std::size_t indexed = 8192;  // a power of two; only tests have reason to change it
  // What an owner has of a type at most, beside the type's own retention.
  std::size_t private_events = 100;       // of a history
  std::size_t private_bytes = 64 * 1024;  // of a history's payloads; its newest event is always kept
  std::size_t private_keys = 100;         // and tombstones
};

class EventLog {
 public:
  // Recent places that are found at once; older ones by merging types.
  static constexpr std::size_t kIndexed = LogLimits{}.indexed;
  static constexpr std::size_t kKeyBytes = 256;
  static constexpr std::size_t kBatchEvents = 4096;  // so that tiny events cannot make a batch large by their number

  EventLog(const Epoch& epoch, LogLimits limits);
  ~EventLog();
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  const Epoch& epoch() const noexcept { return epoch_; }

  // --- types ---
  // As Server::event documents: throws std::invalid_argument, std::logic_error or std::length_error. A restricted type
  // is there only for subscriptions that say it is visible.
  TypeId add_type(std::string_view name, const Retention& retention, Event::Payload format, bool restricted = false);
  std::size_t types() const noexcept;
  bool restricted(TypeId type) const noexcept;
  // How many are restricted; only grows. Who reads head() first misses none that has events up to there.
  std::size_t restricted_types() const noexcept { return restricted_types_.load(std::memory_order_acquire); }
  // The name lives as long as the log.
  std::string_view name(TypeId type) const noexcept;

  // --- writing ---
  // EmitStatus as Emitter documents. A state over its rate is held back (`held_back`): see `publish_due`.
  EmitStatus append(TypeId type, bool keyed, std::string_view key, std::string_view payload, Event::Payload format,
                    Moment now) noexcept;
  EmitStatus erase(TypeId type, std::string_view key, Moment now) noexcept;
  // Takes a place in the sequence that no event has, and nobody reads anything from: cursors from before it are less.
  // Throws std::bad_alloc.
  Sequence mark();
  // Appends held-back states whose time has come; the earliest that remains, if any. Also drops events over their age.
  void advance(Moment now) noexcept;
  // When `advance` next has something to do; nullopt: nothing waits.
  std::optional<Steady> next_due() const noexcept;

  // --- private events ---
  PrivateEventsPtr open_private(std::weak_ptr<void> owner);
  // As without `own`, by the type's retention and LogLimits; `detached` after close_private. An erasure concerns the own
  // state: without one it does nothing.
  EmitStatus append(PrivateEvents& own, TypeId type, bool keyed, std::string_view key, std::string_view payload,
                    Event::Payload format, Moment now) noexcept;
  EmitStatus erase(PrivateEvents& own, TypeId type, std::string_view key, Moment now) noexcept;
  // Drops all that is kept or held back, without a loss to tell. May be repeated.
  void close_private(PrivateEvents& own) noexcept;
  // Adds to `owners` those who got own events since the last call, each once, in order of the first; without the dead
  // and the closed. Whose event is at or below a head() (the log's, or the owner's) that this thread has read is among
  // them, or was in a call before: a caller that reads up to an older head remembers those who have more, by their
  // PrivateEvents::head. Throws std::bad_alloc and has then taken none.
  void take_private_news(std::vector<std::shared_ptr<void>>& owners);

  // --- reading ---
  Sequence head() const noexcept { return head_.load(std::memory_order_acquire); }
  // `patterns` in any order, with repeats; all valid. `visible`: the restricted types that the reader may see, in any
  // order. Equal sets of both give the same pointer while anybody holds it.
  SubscriptionPtr subscribe(std::vector<std::string> patterns, std::vector<TypeId> visible = {});
  // Adds to `types` those of `subscription`, each once, in any order. Takes no longer for the other types.
  void types_of(const Subscription& subscription, std::vector<TypeId>& types) const;

  // A newcomer's place: the states of `subscription` at or below the head of now, then what follows.
  Place newcomer(const SubscriptionPtr& subscription) const;
  // The place before everything that is kept.
  Place earliest() const;
  // After `cursor`; another epoch's, or one of the future, is `reset`, which reads from the earliest on. `fresh` (may
  // be null): types whose states at or below the cursor the reader lacks, which then come first.
  Place resume(const Cursor& cursor, SubscriptionPtr fresh) const;
  // `reset` without a cursor worth the name.
  Place reset() const;

  // One batch: at most `max_bytes` of payload and key, or one larger event; at most kBatchEvents. Never beyond `upto`
  // (<= head()). A batch is either snapshot or news, never both. With a gap that a forgotten tombstone is part of, the
  // batch has no events and the states of those types are due next (`next.states`).
  //
  // With `own`, the reader's own events are read with those of everybody. Their losses are told alike, each side's by
  // what it lost. Of two states of one type and key the snapshot has the newer; a tombstone, too, hides an older state of
  // the other side, until it is forgotten. A reader may read without its `own` whenever that does not concern the place.
  Batch read(const Place& place, const Subscription& subscription, Sequence upto, std::size_t max_bytes,
             const PrivateEvents* own = nullptr) const;

  // Adds to `types` (each once, any order) those with a public event in (after, upto], kept or not. False: too far back to
  // tell, any may.
  bool types_between(Sequence after, Sequence upto, std::vector<TypeId>& types) const;

  std::size_t bytes() const noexcept;  // of payloads and keys that are kept, held-back ones included
  std::uint64_t appended() const noexcept { return head() - marks_.load(std::memory_order_relaxed); }

 private:
  struct Core;

  // The store of the type's events for `own`, made if there is none; null: closed. Under the mutex; throws
  // std::bad_alloc.
  TypeStore* store_for(PrivateEvents& own, TypeId type);
  // `own` null: for everybody.
  EmitStatus append_for(PrivateEvents* own, TypeId type, bool keyed, std::string_view key, std::string_view payload,
                        Event::Payload format, Moment now) noexcept;
  EmitStatus erase_for(PrivateEvents* own, TypeId type, std::string_view key, Moment now) noexcept;

  const Epoch epoch_;
  std::atomic<Sequence> head_{0};
  std::atomic<std::uint64_t> marks_{0};
  std::atomic<std::size_t> restricted_types_{0};
  std::unique_ptr<Core> core_;
};

}  // namespace pushwire::log
