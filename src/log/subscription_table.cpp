#include "log/subscription_table.hpp"

#include <algorithm>
#include <utility>

namespace pushwire::log {

void TypeSet::extend(const Subscription& subscription, const TypeStores& types, const TypeIndex& index) {
  everything_ = subscription.everything() && index.restricted() == 0;
  if (everything_) return;
  const std::uint32_t count = types.size();
  if (known_ == count) return;
  bits_.resize((count + 63) / 64);
  const auto take = [&](std::uint32_t type) { bits_[type / 64] |= std::uint64_t{1} << (type % 64); };
  if (known_ == 0) {
    index.for_each(subscription, take);
    known_ = count;
  }
  for (; known_ < count; ++known_) {
    const TypeStore& type = *types[known_];
    if (subscription.includes(known_, type.name(), type.restricted())) take(known_);
  }
}

void SubscriptionTable::Wish::normalize() {
  const auto sort = [](auto& list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  };
  sort(patterns);
  if (std::binary_search(patterns.begin(), patterns.end(), "*")) patterns.clear();
  sort(visible);
}

SubscriptionPtr SubscriptionTable::get(Wish wish) {
  if (const auto known = by_wish_.find(wish); known != by_wish_.end()) {
    if (SubscriptionPtr held = entries_.at(known->second).subscription.lock()) return held;
  }
  return add(std::move(wish));
}

SubscriptionPtr SubscriptionTable::add(Wish wish) {
  if (entries_.size() >= sweep_at_) sweep();
  SubscriptionPtr made = std::make_shared<const Subscription>(wish.patterns, wish.visible);
  const auto entry = entries_.emplace(made.get(), Entry{made, {}}).first;
  try {
    const Subscription*& current = by_wish_[std::move(wish)];
    if (current != nullptr) entries_.erase(current);
    current = made.get();
  } catch (...) {
    entries_.erase(entry);
    throw;
  }
  return made;
}

const TypeSet& SubscriptionTable::types_of(const Subscription& subscription, const TypeStores& types,
                                           const TypeIndex& index, TypeSet& scratch) {
  const auto known = entries_.find(&subscription);
  TypeSet& set = known == entries_.end() ? scratch : known->second.types;
  set.extend(subscription, types, index);
  return set;
}

void SubscriptionTable::sweep() {
  for (auto at = by_wish_.begin(); at != by_wish_.end();) {
    const auto entry = entries_.find(at->second);
    if (!entry->second.subscription.expired()) {
      ++at;
      continue;
    }
    entries_.erase(entry);
    at = by_wish_.erase(at);
  }
  sweep_at_ = std::max<std::size_t>(64, entries_.size() * 2);
}

}  // namespace pushwire::log
