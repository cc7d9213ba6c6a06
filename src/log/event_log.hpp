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
//  - While a snapshot is due, losses wait for its end, so that a busy type cannot keep a reader from ending it. A place
//    straight from a cursor is told of them at once, in a batch without events.
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
#include "pushwire/event_type.hpp"
#include "pushwire/retention.hpp"

namespace pushwire::log {

using TypeId = std::uint32_t;  // dense, in order of registration

struct LogLimits {
  std::size_t event_bytes = 1024 * 1024;  // payload of one event
  std::size_t types = 10000;
  std::size_t indexed = 8192;  // a power of two; only tests have reason to change it
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
  // As Server::event documents: throws std::invalid_argument, std::logic_error or std::length_error.
  TypeId add_type(std::string_view name, const Retention& retention, Event::Payload format);
  std::size_t types() const noexcept;
  // The name lives as long as the log.
  std::string_view name(TypeId type) const noexcept;

  // --- writing ---
  // EmitStatus as Emitter documents. A state over its rate is held back (`held_back`): see `publish_due`.
  EmitStatus append(TypeId type, bool keyed, std::string_view key, std::string_view payload, Event::Payload format,
                    Moment now) noexcept;
  EmitStatus erase(TypeId type, std::string_view key, Moment now) noexcept;
  // Appends held-back states whose time has come; the earliest that remains, if any. Also drops events over their age.
  void advance(Moment now) noexcept;
  // When `advance` next has something to do; nullopt: nothing waits.
  std::optional<Steady> next_due() const noexcept;

  // --- reading ---
  Sequence head() const noexcept { return head_.load(std::memory_order_acquire); }
  // `patterns` in any order, with repeats; all valid. Equal sets give the same pointer while anybody holds it.
  SubscriptionPtr subscribe(std::vector<std::string> patterns);
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
  Batch read(const Place& place, const Subscription& subscription, Sequence upto, std::size_t max_bytes) const;

  // Adds to `types` (each once, any order) those with an event in (after, upto], kept or not. False: too far back to
  // tell, any may.
  bool types_between(Sequence after, Sequence upto, std::vector<TypeId>& types) const;

  std::size_t bytes() const noexcept;  // of payloads and keys that are kept, held-back ones included
  std::uint64_t appended() const noexcept { return head(); }

 private:
  struct Core;

  const Epoch epoch_;
  std::atomic<Sequence> head_{0};
  std::unique_ptr<Core> core_;
};

}  // namespace pushwire::log
