#include <algorithm>
#include <mutex>
#include <utility>

#include "log/event_log_core.hpp"
#include "log/private_events.hpp"
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
    push({&store, store.first_after(after_)});
  }
  // Null: no more.
  const EventPtr* next() {
    if (heads_.empty()) return nullptr;
    std::pop_heap(heads_.begin(), heads_.end(), later);
    const Head head = heads_.back();
    heads_.pop_back();
    push({head.store, head.at + 1});  // allocates nothing: there was one more
    last_ = head.store;
    return &head.store->slots()[head.at].event;
  }
  // Which store the last event is of.
  const TypeStore& last() const noexcept { return *last_; }

 private:
  struct Head {
    const TypeStore* store;
    std::size_t at;
    Sequence sequence() const noexcept { return store->slots()[at].sequence; }
  };
  static bool later(const Head& a, const Head& b) noexcept { return a.sequence() > b.sequence(); }

  void push(Head head) {
    const TypeStore::Slots& slots = head.store->slots();
    while (head.at < slots.size() && slots[head.at].event == nullptr) ++head.at;
    if (head.at == slots.size() || head.sequence() > upto_) return;
    heads_.push_back(head);
    std::push_heap(heads_.begin(), heads_.end(), later);
  }

  Sequence after_;
  Sequence upto_;
  std::vector<Head> heads_;
  const TypeStore* last_ = nullptr;
};

// A reader's own events.
struct Own {
  const PrivateEvents::Stores* stores = nullptr;
  const Owner* owner = nullptr;

  template <class Visit>
  void for_each(const TypeSet& wanted, Visit visit) const {
    for (const auto& [type, store] : *stores) {
      if (wanted.has(type)) visit(*store);
    }
  }
  // What the type keeps on the other side of own and public events; null: nothing.
  const TypeStore* other(const TypeStore& store, const TypeStores& types) const noexcept {
    const TypeStore* const open = types[store.id()].get();
    if (open != &store) return open;
    const auto at = stores->find(store.id());
    return at == stores->end() ? nullptr : at->second.get();
  }
};

// What a subscription's types lost to the reader of a place.
struct Losses {
  std::vector<TypeId> types;
  Sequence through = 0;

  bool any() const noexcept { return !types.empty(); }
  void look_at(const TypeStore& store, Sequence after, std::uint64_t forgiven) {
    const Sequence lost = store.lost(after, forgiven);
    if (lost == 0) return;
    types.push_back(store.id());
    through = std::max(through, lost);
  }
  // Each type once, in order.
  void sort() {
    std::sort(types.begin(), types.end());
    types.erase(std::unique(types.begin(), types.end()), types.end());
  }
};

// A type that lost what is after `place.after` once had an event there, so where the index reaches back that far it
// names the candidates: the way that is shorter, by new events or by types, is taken.
Losses losses_of(const TypeStores& types, const Ledger& ledger, const TypeSet& wanted, const Place& place) {
  Losses losses;
  if (place.after >= ledger.evicted_through) return losses;
  const std::uint32_t count = types.size();
  if (!ledger.index.covers(place.after + 1) || count <= ledger.head - place.after) {
    wanted.for_each(count, [&](TypeId type) { losses.look_at(*types[type], place.after, place.forgiven); });
    return losses;
  }
  for (Sequence sequence = place.after + 1; sequence <= ledger.evicted_through; ++sequence) {
    const RecentIndex::Slot& slot = ledger.index[sequence];
    if (slot.event != nullptr || slot.type == RecentIndex::kPrivate || !wanted.has(slot.type)) continue;
    losses.look_at(*types[slot.type], place.after, place.forgiven);
  }
  losses.sort();
  return losses;
}

// Adds those of own events. False: there are none.
bool add_losses(const Own& own, const TypeSet& wanted, const Place& place, Losses& losses) {
  if (place.after >= own.owner->evicted_through) return false;
  const std::size_t before = losses.types.size();
  own.for_each(wanted, [&](const TypeStore& store) { losses.look_at(store, place.after, place.own_forgiven); });
  const bool any = losses.types.size() > before;
  losses.sort();
  return any;
}

// Whether a state or tombstone at or below `upto`, newer than `state` of `store`, is on the other side.
bool hidden(const Event& state, const TypeStore& store, const TypeStores& types, const Own& own, Sequence upto) {
  const TypeStore* const other = own.other(store, types);
  if (other == nullptr) return false;
  const Sequence sequence = other->state_of(state.key);
  return sequence > state.id.sequence && sequence <= upto;
}

// The states at or below `place.after` that are due; `batch.next` continues.
void read_snapshot(const TypeStores& types, const Own* own, const TypeSet& wanted, const TypeSet& due,
                   std::size_t max_bytes, Batch& batch) {
  batch.snapshot = true;
  Place& next = batch.next;
  Merge merge(next.shown, next.after);
  wanted.for_each(types.size(), [&](TypeId type) {
    if (types[type]->states() && due.has(type)) merge.add(*types[type]);
  });
  if (own != nullptr) {
    own->for_each(wanted, [&](const TypeStore& store) {
      if (store.states() && due.has(store.id())) merge.add(store);
    });
  }
  Filling filling(max_bytes);
  while (const EventPtr* event = merge.next()) {
    if ((*event)->removed) continue;
    if (own != nullptr && hidden(**event, merge.last(), types, *own, next.after)) continue;
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

// The same, with own events among them.
void read_recent_with(const Own& own, const RecentIndex& index, const TypeSet& wanted, Sequence upto,
                      std::size_t max_bytes, Batch& batch) {
  Merge merge(batch.next.after, upto);
  own.for_each(wanted, [&](const TypeStore& store) { merge.add(store); });
  Filling filling(max_bytes);
  const EventPtr* mine = merge.next();
  for (Sequence sequence = batch.next.after + 1; sequence <= upto; ++sequence) {
    const RecentIndex::Slot& slot = index[sequence];
    const EventPtr* event = nullptr;
    if (mine != nullptr && (*mine)->id.sequence == sequence) event = std::exchange(mine, merge.next());
    else if (slot.event != nullptr && wanted.has(slot.type)) event = &slot.event;
    if (event == nullptr) continue;
    if (!filling.takes(**event)) {
      batch.more = true;
      break;
    }
    batch.events.push_back(*event);
  }
  batch.next.after = batch.more ? batch.events.back()->id.sequence : upto;
}

// Either by merging what the types keep.
void read_older(const TypeStores& types, const Own* own, const TypeSet& wanted, Sequence upto, std::size_t max_bytes,
                Batch& batch) {
  Merge merge(batch.next.after, upto);
  if (own != nullptr) own->for_each(wanted, [&](const TypeStore& store) { merge.add(store); });
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

bool news_follow(const Own& own, const TypeSet& wanted, Sequence after, Sequence upto) {
  if (own.owner->evicted_through > after) return true;
  Merge merge(after, upto);
  own.for_each(wanted, [&](const TypeStore& store) { merge.add(store); });
  return merge.next() != nullptr;
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
  place.own_forgiven = place.forgiven;
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

Batch EventLog::read(const Place& place, const Subscription& subscription, Sequence upto, std::size_t max_bytes,
                     const PrivateEvents* mine) const {
  Batch batch;
  batch.status = place.resume;
  batch.next = place;
  batch.next.resume = Resume::ok;

  const std::lock_guard lock(core_->mutex);
  const Ledger& ledger = core_->ledger;
  const TypeStores& types = core_->types;
  Own concerned;
  const Own* own = nullptr;
  if (concerns(mine, place) && !mine->closed_) {
    concerned = {&mine->stores_, &mine->owner_};
    own = &concerned;
  }
  upto = std::min(upto, ledger.head);
  if (!place.snapshot_due() && place.after >= upto) return batch;

  TypeSet scratch;
  const TypeSet& wanted = core_->subscriptions.types_of(subscription, types, core_->index, scratch);
  Losses losses;
  bool lost_public = false;
  bool lost_own = false;
  if (!place.snapshot_due() || place.forgiven == 0) {
    losses = losses_of(types, ledger, wanted, place);
    lost_public = losses.any();
    lost_own = own != nullptr && add_losses(*own, wanted, place, losses);
  }
  if (losses.any()) {
    if (place.resume != Resume::ok) {
      batch.more = true;
      return batch;
    }
    batch.status = Resume::gap;
    batch.loss.from = place.after;
    batch.loss.to = losses.through;
    SubscriptionTable::Wish anew;  // types whose states are due again
    for (const TypeId type : losses.types) {
      batch.loss.types.emplace_back(types[type]->name());
      if (!types[type]->keyed()) continue;
      anew.patterns.emplace_back(types[type]->name());
      if (types[type]->restricted()) anew.visible.push_back(type);
    }
    if (place.snapshot_due() || !anew.patterns.empty()) {
      batch.next.forgiven = ledger.evictions;
      if (own != nullptr) batch.next.own_forgiven = ledger.evictions;
      batch.more = true;
      if (anew.patterns.empty()) return batch;
      batch.next.shown = 0;
      if (place.snapshot_due()) {
        const Subscription& states = *place.states;
        if (states.everything()) anew.patterns = {"*"};
        anew.patterns.insert(anew.patterns.end(), states.patterns().begin(), states.patterns().end());
        anew.visible.insert(anew.visible.end(), states.visible().begin(), states.visible().end());
      }
      anew.normalize();
      batch.next.states = core_->subscriptions.get(std::move(anew));
      return batch;
    }
  }

  if (place.snapshot_due()) {
    TypeSet states_scratch;
    const TypeSet& due = core_->subscriptions.types_of(*place.states, types, core_->index, states_scratch);
    read_snapshot(types, own, wanted, due, max_bytes, batch);
    if (batch.snapshot_ended) {
      batch.more = news_follow(ledger, wanted, place.after, upto) ||
                   (own != nullptr && news_follow(*own, wanted, place.after, upto));
    }
    return batch;
  }

  if (!ledger.index.covers(place.after + 1)) read_older(types, own, wanted, upto, max_bytes, batch);
  else if (own != nullptr) read_recent_with(*own, ledger.index, wanted, upto, max_bytes, batch);
  else read_recent(ledger.index, wanted, upto, max_bytes, batch);
  batch.loss.to = std::min(batch.loss.to, batch.next.after);
  if (batch.next.after >= ledger.evicted_through) {
    batch.next.forgiven = 0;  // so that places of readers that are level are equal
  } else if (!lost_public && losses_of(types, ledger, wanted, batch.next).any()) {
    // Keys that were born and forgotten between the old place and its end: this reader has just passed their births
    // without meeting them.
    batch.next.forgiven = ledger.evictions;
  }
  Losses passed;
  if (own == nullptr || batch.next.after >= own->owner->evicted_through) {
    batch.next.own_forgiven = 0;
  } else if (!lost_own && add_losses(*own, wanted, batch.next, passed)) {
    batch.next.own_forgiven = ledger.evictions;
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
    if (type == RecentIndex::kPrivate) continue;
    if (std::exchange(core_->seen[type], walk) != walk) types.push_back(type);
  }
  return true;
}

}  // namespace pushwire::log
