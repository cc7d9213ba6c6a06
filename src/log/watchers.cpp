#include "log/watchers.hpp"

#include <utility>

namespace pushwire::log {

void Watchers::on_change(Change change) {
  auto shared = std::make_shared<const Change>(std::move(change));
  const std::lock_guard lock(mutex_);
  change_.swap(shared);
  for (TypeId type = 0; type < types_.size(); ++type) types_[type].told = types_[type].subscriptions > 0;
}

void Watchers::add_type(std::string_view name, bool restricted) {
  std::unique_lock lock(mutex_);
  const TypeId id = types_.size();
  std::string& kept = types_.spare().name;
  kept = name;
  index_.add(kept, id, restricted);
  types_.added();
  for (auto& [key, joined] : joined_) {
    if (!joined.subscription->includes(id, name, restricted)) continue;
    joined.types.push_back(id);
    count_in(id);
  }
  tell(lock);
}

void Watchers::join(const SubscriptionPtr& subscription) {
  std::unique_lock lock(mutex_);
  Joined& joined = joined_[subscription.get()];
  if (joined.readers++ > 0) return;
  joined.subscription = subscription;
  index_.for_each(*subscription, [&](TypeId type) {
    joined.types.push_back(type);
    count_in(type);
  });
  tell(lock);
}

void Watchers::leave(const SubscriptionPtr& subscription) {
  std::unique_lock lock(mutex_);
  const auto at = joined_.find(subscription.get());
  if (at == joined_.end() || --at->second.readers > 0) return;
  const Joined gone = std::move(at->second);
  joined_.erase(at);
  for (const TypeId type : gone.types) count_out(type);
  tell(lock);
}

bool Watchers::watched(TypeId type) const noexcept {
  return type < types_.size() && types_[type].watched.load(std::memory_order_acquire);
}

void Watchers::count_in(TypeId type) {
  if (types_[type].subscriptions++ == 0) changed(type);
}

void Watchers::count_out(TypeId type) {
  if (--types_[type].subscriptions == 0) changed(type);
}

void Watchers::changed(TypeId id) {
  Type& type = types_[id];
  type.watched.store(type.subscriptions > 0, std::memory_order_release);
  if (change_ == nullptr || type.queued) return;
  queue_.push_back(id);
  type.queued = true;
}

void Watchers::tell(std::unique_lock<std::mutex>& lock) {
  if (telling_) return;
  telling_ = true;
  while (!queue_.empty()) {
    const TypeId id = queue_.front();
    queue_.pop_front();
    Type& type = types_[id];
    type.queued = false;
    const bool watched = type.subscriptions > 0;
    if (type.told == watched) continue;
    type.told = watched;
    const std::shared_ptr<const Change> change = change_;
    lock.unlock();
    if (change != nullptr && *change) (*change)(id, watched);
    lock.lock();
  }
  telling_ = false;
}

}  // namespace pushwire::log
