#include "log/subscription_table.hpp"

#include <algorithm>
#include <utility>

namespace pushwire::log {

void TypeSet::extend(const Subscription& subscription, const TypeStores& types, const TypeIndex& index) {
  if (subscription.everything()) {
    everything_ = true;
    return;
  }
  const std::uint32_t count = types.size();
  if (known_ == count) return;
  bits_.resize((count + 63) / 64);
  const auto take = [&](std::uint32_t type) { bits_[type / 64] |= std::uint64_t{1} << (type % 64); };
  if (known_ == 0) {
    index.for_each(subscription, take);
    known_ = count;
  }
  for (; known_ < count; ++known_) {
    if (subscription.matches(types[known_]->name())) take(known_);
  }
}

std::vector<std::string> SubscriptionTable::normalize(std::vector<std::string> patterns) {
  std::sort(patterns.begin(), patterns.end());
  patterns.erase(std::unique(patterns.begin(), patterns.end()), patterns.end());
  if (std::binary_search(patterns.begin(), patterns.end(), "*")) patterns.clear();
  return patterns;
}

SubscriptionPtr SubscriptionTable::find(const std::vector<std::string>& patterns) const {
  const auto known = by_patterns_.find(patterns);
  return known == by_patterns_.end() ? nullptr : entries_.at(known->second).subscription.lock();
}

SubscriptionPtr SubscriptionTable::add(std::vector<std::string> patterns) {
  if (entries_.size() >= sweep_at_) sweep();
  SubscriptionPtr made = std::make_shared<const Subscription>(patterns);
  const auto entry = entries_.emplace(made.get(), Entry{made, {}}).first;
  try {
    const Subscription*& current = by_patterns_[std::move(patterns)];
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
  for (auto at = by_patterns_.begin(); at != by_patterns_.end();) {
    const auto entry = entries_.find(at->second);
    if (!entry->second.subscription.expired()) {
      ++at;
      continue;
    }
    entries_.erase(entry);
    at = by_patterns_.erase(at);
  }
  sweep_at_ = std::max<std::size_t>(64, entries_.size() * 2);
}

}  // namespace pushwire::log
