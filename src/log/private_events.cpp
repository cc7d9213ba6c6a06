#include "log/private_events.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "log/event_log_core.hpp"

namespace pushwire::log {
namespace {

// What of a type's retention an owner gets.
Retention capped(Retention retention, const LogLimits& limits) noexcept {
  const std::size_t bytes = retention.bytes == 0 ? limits.private_bytes : retention.bytes;
  retention.events = std::min(retention.events, limits.private_events);
  retention.bytes = std::min(bytes, limits.private_bytes);
  retention.max_keys = std::min(retention.max_keys, limits.private_keys);
  return retention;
}

}  // namespace

PrivateEvents::~PrivateEvents() { log_.close_private(*this); }

PrivateEventsPtr EventLog::open_private(std::weak_ptr<void> owner) {
  const std::uint64_t id = core_->owners.fetch_add(1, std::memory_order_relaxed) + 1;
  return PrivateEventsPtr(new PrivateEvents(*this, id, std::move(owner)));
}

void EventLog::close_private(PrivateEvents& own) noexcept {
  PrivateEvents::Stores gone;  // dies when the mutex is released
  const std::lock_guard lock(core_->mutex);
  own.closed_ = true;
  own.stores_.swap(gone);
  for (const auto& [type, store] : gone) store->retire(core_->ledger);
  own.owner_.has_states.store(false, std::memory_order_release);
  core_->ledger.forget(own.owner_);
}

void EventLog::take_private_news(std::vector<std::shared_ptr<void>>& owners) {
  Ledger& ledger = core_->ledger;
  if (!ledger.has_news.load(std::memory_order_acquire)) return;
  const std::lock_guard lock(core_->mutex);
  owners.reserve(owners.size() + ledger.news.size());
  while (!ledger.news.empty()) {
    Owner& owner = *ledger.news.front();
    owner.news.splice(owner.news.end(), ledger.news, ledger.news.begin());
    if (std::shared_ptr<void> who = owner.who.lock()) owners.push_back(std::move(who));
  }
  ledger.has_news.store(false, std::memory_order_relaxed);
}

TypeStore* EventLog::store_for(PrivateEvents& own, TypeId type) {
  if (own.closed_) return nullptr;
  if (TypeStore* const known = own.find(type)) return known;
  const TypeStore& open = *core_->types[type];
  std::unique_ptr<TypeStore> made = make_type_store(
      {type, open.name(), capped(open.retention(), core_->limits), open.format(), open.restricted(), &own.owner_});
  if (made->states()) own.owner_.has_states.store(true, std::memory_order_release);
  return own.stores_.emplace(type, std::move(made)).first->second.get();
}

}  // namespace pushwire::log
