#include "net/cohorts.hpp"

#include <algorithm>
#include <functional>

#include "net/reader.hpp"

namespace pushwire::net {

std::size_t Cohorts::Hash::operator()(const CohortKey& key) const noexcept {
  const std::size_t form = (key.format.id() * 4u + (key.framing == Framing::chunked ? 2u : 0u)) + (key.held ? 1u : 0u);
  const std::size_t kind = form * 16u + key.heartbeat.step();
  return std::hash<const void*>{}(key.subscription.get()) ^ (kind * 0x9E3779B97F4A7C15ull);
}

Cohort& Cohorts::join(Reader& reader, CohortKey key, int descriptor) {
  auto found = cohorts_.find(key);
  if (found == cohorts_.end()) {
    index_new_types();
    auto cohort = std::make_unique<Cohort>(key, heartbeat_);
    found = cohorts_.emplace(std::move(key), std::move(cohort)).first;
    in_order_.push_back(found->second.get());
    index(*found->second);
    ++empty_;
  }
  Cohort& cohort = *found->second;
  cohort.members_.push_back(&reader);
  try {
    cohort.descriptors_.push_back(descriptor);
  } catch (...) {
    cohort.members_.pop_back();
    throw;
  }
  if (cohort.members_.size() == 1) --empty_;
  reader.cohort_ = &cohort;
  reader.slot_ = static_cast<std::uint32_t>(cohort.members_.size() - 1);
  return cohort;
}

void Cohorts::leave(Reader& reader) noexcept {
  Cohort& cohort = *reader.cohort_;
  Reader* const last = cohort.members_.back();
  cohort.members_[reader.slot_] = last;
  cohort.descriptors_[reader.slot_] = cohort.descriptors_.back();
  last->slot_ = reader.slot_;
  cohort.members_.pop_back();
  cohort.descriptors_.pop_back();
  reader.cohort_ = nullptr;
  if (cohort.members_.empty()) ++empty_;
}

void Cohorts::index(Cohort& cohort) {
  if (cohort.key().subscription->everything()) {
    of_everything_.push_back(&cohort);
    return;
  }
  for (const log::TypeId type : indexed_types(cohort)) by_type_[type].push_back(&cohort);
}

const std::vector<log::TypeId>& Cohorts::indexed_types(const Cohort& cohort) {
  scratch_.clear();
  log_.types_of(*cohort.key().subscription, scratch_);
  // Another thread may be registering types: index_new_types has those still to come.
  const auto unknown = [&](log::TypeId type) { return type >= by_type_.size(); };
  scratch_.erase(std::remove_if(scratch_.begin(), scratch_.end(), unknown), scratch_.end());
  return scratch_;
}

void Cohorts::index_new_types() {
  const auto known = static_cast<log::TypeId>(by_type_.size());
  const auto types = static_cast<log::TypeId>(log_.types());
  if (known == types) return;
  by_type_.resize(types);
  for (Cohort* cohort : in_order_) {
    const log::Subscription& subscription = *cohort->key().subscription;
    if (subscription.everything()) continue;
    for (log::TypeId type = known; type < types; ++type) {
      if (subscription.includes(type, log_.name(type), log_.restricted(type))) by_type_[type].push_back(cohort);
    }
  }
}

void Cohorts::woken_by(const std::vector<log::TypeId>* types, std::vector<Cohort*>& out) {
  ++wakes_;
  const auto wake = [&](Cohort* cohort) {
    if (cohort->members_.empty() || cohort->woken_ == wakes_) return;
    cohort->woken_ = wakes_;
    out.push_back(cohort);
  };
  for (Cohort* cohort : of_everything_) wake(cohort);
  if (types == nullptr) {
    for (Cohort* cohort : in_order_) wake(cohort);
    return;
  }
  index_new_types();
  for (const log::TypeId type : *types) {
    for (Cohort* cohort : by_type_[type]) wake(cohort);
  }
}

void Cohorts::sweep() {
  // Worth a pass over everything only when much of it is empty: the cost is spread over the joins that filled it.
  if (empty_ < 64 || empty_ * 2 < cohorts_.size()) return;
  const auto is_empty = [](const Cohort* cohort) { return cohort->members_.empty(); };
  of_everything_.erase(std::remove_if(of_everything_.begin(), of_everything_.end(), is_empty), of_everything_.end());
  std::vector<bool> cleaned(by_type_.size());
  for (const auto& [key, cohort] : cohorts_) {
    if (!is_empty(cohort.get()) || key.subscription->everything()) continue;
    for (const log::TypeId type : indexed_types(*cohort)) {
      if (cleaned[type]) continue;
      cleaned[type] = true;
      std::vector<Cohort*>& named = by_type_[type];
      named.erase(std::remove_if(named.begin(), named.end(), is_empty), named.end());
    }
  }
  in_order_.erase(std::remove_if(in_order_.begin(), in_order_.end(), is_empty), in_order_.end());
  for (auto cohort = cohorts_.begin(); cohort != cohorts_.end();) {
    cohort = cohort->second->members_.empty() ? cohorts_.erase(cohort) : std::next(cohort);
  }
  empty_ = 0;
}

}  // namespace pushwire::net
