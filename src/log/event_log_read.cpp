#include <algorithm>
#include <mutex>
#include <utility>

#include "log/event_log_core.hpp"
#include "log/stored_event.hpp"

namespace pushwire::log {
namespace {

// Fills a batch up to the limits of one read.
class Filling {
 public:
  explicit Filling(std::size_t max_bytes) noexcept : room_(max_bytes) {}

  // False: the event no longer fits.
  bool takes(const Event& event) noexcept {
    const std::size_t bytes = bytes_of(event);
    if (count_ > 0 && (bytes > room_ || count_ == EventLog::kBatchEvents)) return false;
    room_ -= std::min(bytes, room_);
    ++count_;
    return true;
  }
  std::size_t count() const noexcept { return count_; }

 private:
  std::size_t room_;
  std::size_t count_ = 0;
};

// What types keep in (after, upto], in the order of the log.
class Merge {
 public:
  Merge(Sequence after, Sequence upto) noexcept : after_(after), upto_(upto) {}

  void add(const TypeStore& store) {
    const TypeStore::Slots& slots = store.slots();
    if (slots.empty() || slots.back().sequence <= after_) return;
    push({&slots, store.first_after(after_)});
  }
  // Null: no more.
  const EventPtr* next() {
    if (heads_.empty()) return nullptr;
    std::pop_heap(heads_.begin(), heads_.end(), later);
    const Head head = heads_.back();
    heads_.pop_back();
    push({head.slots, head.at + 1});  // allocates nothing: there was one more
    return &(*head.slots)[head.at].event;
  }

 private:
  struct Head {
    const TypeStore::Slots* slots;
    std::size_t at;
    Sequence sequence() const noexcept { return (*slots)[at].sequence; }
  };
  static bool later(const Head& a, const Head& b) noexcept { return a.sequence() > b.sequence(); }

  void push(Head head) {
    while (head.at < head.slots->size() && (*head.slots)[head.at].event == nullptr) ++head.at;
    if (head.at == head.slots->size() || head.sequence() > upto_) return;
    heads_.push_back(head);
    std::push_heap(heads_.begin(), heads_.end(), later);
  }

  Sequence after_;
  Sequence upto_;
  std::vector<Head> heads_;
};

// What a subscription's types lost to the reader of a place.
struct Losses {
  std::vector<TypeId> types;
  Sequence through = 0;
};

void look_for_loss(const TypeStores& types, TypeId type, const Place& place, Losses& losses) {
  const Sequence through = types[type]->lost(place.after, place.forgiven);
  if (through == 0) return;
  losses.types.push_back(type);
  losses.through = std::max(losses.through, through);
}

// A type that lost what is after `place.after` once had an event there, so where the index reaches back that far it
// names the candidates: the way that is shorter, by new events or by types, is taken.
Losses losses_of(const TypeStores& types, const Ledger& ledger, const TypeSet& wanted, const Place& place) {
  Losses losses;
  if (place.after >= ledger.evicted_through) return losses;
  const std::uint32_t count = types.size();
  if (!ledger.index.covers(place.after + 1) || count <= ledger.head - place.after) {
    wanted.for_each(count, [&](TypeId type) { look_for_loss(types, type, place, losses); });
    return losses;
  }
  for (Sequence sequence = place.after + 1; sequence <= ledger.evicted_through; ++sequence) {
    const RecentIndex::Slot& slot = ledger.index[sequence];
    if (slot.event == nullptr && wanted.has(slot.type)) look_for_loss(types, slot.type, place, losses);
  }
  std::sort(losses.types.begin(), losses.types.end());
  losses.types.erase(std::unique(losses.types.begin(), losses.types.end()), losses.types.end());
  return losses;
}

// The states at or below `place.after` that are due; `batch.next` continues.
void read_snapshot(const TypeStores& types, const TypeSet& wanted, const TypeSet& due, std::size_t max_bytes,
                   Batch& batch) {
  batch.snapshot = true;
  Place& next = batch.next;
  Merge merge(next.shown, next.after);
  wanted.for_each(types.size(), [&](TypeId type) {
    if (types[type]->states() && due.has(type)) merge.add(*types[type]);
  });
  Filling filling(max_bytes);
  while (const EventPtr* event = merge.next()) {
    if ((*event)->removed) continue;
    if (!filling.takes(**event)) {
      batch.more = true;
      return;
    }
    batch.events.push_back(*event);
    next.shown = (*event)->id.sequence;
  }
  next.states = nullptr;
  next.shown = 0;
  batch.snapshot_ended = true;
}

// News in (next.after, upto] by the index.
void read_recent(const RecentIndex& index, const TypeSet& wanted, Sequence upto, std::size_t max_bytes, Batch& batch) {
  const auto due = [&](const RecentIndex::Slot& slot) { return slot.event != nullptr && wanted.has(slot.type); };
  Filling filling(max_bytes);
  Sequence last = batch.next.after;
  for (Sequence sequence = last + 1; sequence <= upto && !batch.more; ++sequence) {
    const RecentIndex::Slot& slot = index[sequence];
    if (!due(slot)) continue;
    if (filling.takes(*slot.event)) last = sequence;
    else batch.more = true;
  }
  batch.events.reserve(filling.count());
  for (Sequence sequence = batch.next.after + 1; batch.events.size() < filling.count(); ++sequence) {
    if (due(index[sequence])) batch.events.push_back(index[sequence].event);
  }
  batch.next.after = batch.more ? last : upto;
}

// The same by merging what the types keep.
void read_older(const TypeStores& types, const TypeSet& wanted, Sequence upto, std::size_t max_bytes, Batch& batch) {
  Merge merge(batch.next.after, upto);
  wanted.for_each(types.size(), [&](TypeId type) { merge.add(*types[type]); });
  Filling filling(max_bytes);
  while (const EventPtr* event = merge.next()) {
    if (!filling.takes(**event)) {
      batch.more = true;
      break;
    }
    batch.events.push_back(*event);
  }
  batch.next.after = batch.more ? batch.events.back()->id.sequence : upto;
}

// Whether a read of (after, upto] has something to say. True also where that would take long to find out.
bool news_follow(const Ledger& ledger, const TypeSet& wanted, Sequence after, Sequence upto) {
  if (after >= upto) return false;
  if (ledger.evicted_through > after || !ledger.index.covers(after + 1)) return true;
  for (Sequence sequence = after + 1; sequence <= upto; ++sequence) {
    const RecentIndex::Slot& slot = ledger.index[sequence];
    if (slot.event != nullptr && wanted.has(slot.type)) return true;
  }
  return false;
}

}  // namespace

Place EventLog::newcomer(const SubscriptionPtr& subscription) const {
  const std::lock_guard lock(core_->mutex);
  Place place;
  place.after = core_->ledger.head;
  place.forgiven = core_->ledger.evictions;
  place.states = subscription;
  place.resume = Resume::fresh;
  return place;
}

Place EventLog::earliest() const {
  const std::lock_guard lock(core_->mutex);
  Place place;
  place.forgiven = core_->ledger.evictions;
  place.resume = Resume::fresh;
  return place;
}

Place EventLog::resume(const Cursor& cursor, SubscriptionPtr fresh) const {
  if (cursor.epoch != epoch_ || cursor.sequence > head()) return reset();
  Place place;
  place.after = cursor.sequence;
  place.states = std::move(fresh);
  return place;
}

Place EventLog::reset() const {
  Place place = earliest();
  place.resume = Resume::reset;
  return place;
}

Batch EventLog::read(const Place& place, const Subscription& subscription, Sequence upto, std::size_t max_bytes) const {
  Batch batch;
  batch.status = place.resume;
  batch.next = place;
  batch.next.resume = Resume::ok;

  const std::lock_guard lock(core_->mutex);
  const Ledger& ledger = core_->ledger;
  const TypeStores& types = core_->types;
  upto = std::min(upto, ledger.head);
  if (!place.snapshot_due() && place.after >= upto) return batch;

  TypeSet scratch;
  const TypeSet& wanted = core_->subscriptions.types_of(subscription, types, core_->index, scratch);
  Losses losses;
  if (!place.snapshot_due() || place.forgiven == 0) losses = losses_of(types, ledger, wanted, place);
  if (!losses.types.empty()) {
    if (place.resume != Resume::ok) {
      batch.more = true;
      return batch;
    }
    batch.status = Resume::gap;
    batch.loss.from = place.after;
    batch.loss.to = losses.through;
    std::vector<std::string> anew;  // types whose states are due again
    for (const TypeId type : losses.types) {
      batch.loss.types.emplace_back(types[type]->name());
      if (types[type]->keyed()) anew.emplace_back(types[type]->name());
    }
    if (place.snapshot_due() || !anew.empty()) {
      batch.next.forgiven = ledger.evictions;
      batch.more = true;
      if (anew.empty()) return batch;
      batch.next.shown = 0;
      if (place.snapshot_due()) {
        if (place.states->everything()) return batch;
        anew.insert(anew.end(), place.states->patterns().begin(), place.states->patterns().end());
      }
      anew = SubscriptionTable::normalize(std::move(anew));
      batch.next.states = core_->subscriptions.find(anew);
      if (batch.next.states == nullptr) batch.next.states = core_->subscriptions.add(std::move(anew));
      return batch;
    }
  }

  if (place.snapshot_due()) {
    TypeSet states_scratch;
    const TypeSet& due = core_->subscriptions.types_of(*place.states, types, core_->index, states_scratch);
    read_snapshot(types, wanted, due, max_bytes, batch);
    if (batch.snapshot_ended) batch.more = news_follow(ledger, wanted, place.after, upto);
    return batch;
  }

  if (ledger.index.covers(place.after + 1)) read_recent(ledger.index, wanted, upto, max_bytes, batch);
  else read_older(types, wanted, upto, max_bytes, batch);
  batch.loss.to = std::min(batch.loss.to, batch.next.after);
  if (batch.next.after >= ledger.evicted_through) {
    batch.next.forgiven = 0;  // so that places of readers that are level are equal
  } else if (losses.types.empty() && !losses_of(types, ledger, wanted, batch.next).types.empty()) {
    // Keys that were born and forgotten between the old place and its end: this reader has just passed their births
    // without meeting them.
    batch.next.forgiven = ledger.evictions;
  }
  return batch;
}

bool EventLog::types_between(Sequence after, Sequence upto, std::vector<TypeId>& types) const {
  const std::lock_guard lock(core_->mutex);
  upto = std::min(upto, core_->ledger.head);
  if (after >= upto) return true;
  if (!core_->ledger.index.covers(after + 1)) return false;
  const std::uint64_t walk = ++core_->walks;
  for (const TypeId type : types) core_->seen[type] = walk;
  for (Sequence sequence = after + 1; sequence <= upto; ++sequence) {
    const TypeId type = core_->ledger.index[sequence].type;
    if (std::exchange(core_->seen[type], walk) != walk) types.push_back(type);
  }
  return true;
}

}  // namespace pushwire::log
