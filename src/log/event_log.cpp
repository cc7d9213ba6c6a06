#include "log/event_log.hpp"

#include <cmath>
#include <mutex>
#include <new>
#include <stdexcept>
#include <utility>

#include "log/event_log_core.hpp"
#include "log/private_events.hpp"
#include "log/stored_event.hpp"
#include "log/utf8.hpp"

namespace pushwire::log {
namespace {

constexpr std::string_view kReservedPrefix = "pushwire.";
constexpr std::size_t kMostKept = 10'000'000;

void check_name(std::string_view name) {
  const std::string shown = "pushwire: event type '" + std::string(name.substr(0, 200)) + "': ";
  if (!valid_type_name(name)) {
    throw std::invalid_argument(shown + "a name is a letter or digit and up to 127 letters, digits and . _ : - more");
  }
  if (name.substr(0, kReservedPrefix.size()) == kReservedPrefix) {
    throw std::invalid_argument(shown + "names that begin with 'pushwire.' are reserved");
  }
}

void check_retention(std::string_view name, const Retention& retention) {
  const auto refuse = [&](const std::string& sentence) {
    throw std::invalid_argument("pushwire: event type '" + std::string(name) + "': " + sentence);
  };
  const bool history = retention.kind == Retention::Kind::history;
  if (history && (retention.events < 1 || retention.events > kMostKept)) {
    refuse("history keeps 1 to 10000000 events, not " + std::to_string(retention.events));
  }
  if (retention.kind == Retention::Kind::latest_by_key && (retention.max_keys < 1 || retention.max_keys > kMostKept)) {
    refuse("max_keys is 1 to 10000000, not " + std::to_string(retention.max_keys));
  }
  if (retention.age.count() < 0) {
    refuse("an age of " + std::to_string(retention.age.count()) + " ms cannot be");
  }
  const double rate = retention.max_rate_hz;
  if (!std::isfinite(rate) || rate < 0) refuse("max_rate is a number above 0, not " + std::to_string(rate));
  if (history && rate != 0) refuse("max_rate (" + std::to_string(rate) + ") is for states, not for a history");
}

bool valid_key(std::string_view key) noexcept { return key.size() <= EventLog::kKeyBytes && valid_utf8(key); }

// Runs `step(discard)` under `core`'s mutex until it says that it is done.
template <class Core, class Step>
void in_steps(Core& core, Discard& discard, Step step) {
  for (bool done = false; !done; discard.clear()) {
    const std::lock_guard lock(core.mutex);
    done = step();
  }
}

}  // namespace

EventLog::EventLog(const Epoch& epoch, LogLimits limits)
    : epoch_(epoch), core_(std::make_unique<Core>(epoch, limits)) {}

EventLog::~EventLog() = default;

TypeId EventLog::add_type(std::string_view name, const Retention& retention, Event::Payload format, bool restricted) {
  check_name(name);
  check_retention(name, retention);
  const std::lock_guard lock(core_->mutex);
  if (const std::optional<TypeId> known = core_->index.find(name)) {
    const TypeStore& store = *core_->types[*known];
    if (store.restricted() != restricted) {
      throw std::logic_error("pushwire: event type '" + std::string(name) + "' is registered as " +
                             (restricted ? "one that everybody may see" : "a restricted one"));
    }
    if (store.retention() == retention && store.format() == format) return *known;
    throw std::logic_error("pushwire: event type '" + std::string(name) +
                           "' is registered with another retention or payload format");
  }
  const TypeId id = core_->types.size();
  if (id >= core_->limits.types) {
    throw std::length_error("pushwire: event type '" + std::string(name) + "' is one more than the limit of " +
                            std::to_string(core_->limits.types));
  }
  std::unique_ptr<TypeStore> store = make_type_store({id, name, retention, format, restricted});
  core_->seen.resize(id + std::size_t{1});
  std::unique_ptr<TypeStore>& place = core_->types.spare();
  core_->index.add(store->name(), id, restricted);
  place = std::move(store);
  if (restricted) restricted_types_.fetch_add(1, std::memory_order_release);
  core_->types.added();
  return id;
}

std::size_t EventLog::types() const noexcept { return core_->types.size(); }

std::string_view EventLog::name(TypeId type) const noexcept { return core_->types[type]->name(); }

bool EventLog::restricted(TypeId type) const noexcept { return core_->types[type]->restricted(); }

EmitStatus EventLog::append(TypeId type, bool keyed, std::string_view key, std::string_view payload,
                            Event::Payload format, Moment now) noexcept {
  return append_for(nullptr, type, keyed, key, payload, format, now);
}

EmitStatus EventLog::append(PrivateEvents& own, TypeId type, bool keyed, std::string_view key, std::string_view payload,
                            Event::Payload format, Moment now) noexcept {
  return append_for(&own, type, keyed, key, payload, format, now);
}

EmitStatus EventLog::append_for(PrivateEvents* own, TypeId type, bool keyed, std::string_view key,
                                std::string_view payload, Event::Payload format, Moment now) noexcept {
  TypeStore& open = *core_->types[type];
  if (keyed != open.keyed() || (keyed && !valid_key(key))) return EmitStatus::bad_key;
  if (payload.size() > core_->limits.event_bytes) return EmitStatus::too_large;
  try {
    std::shared_ptr<Event> event = make_event(open.name(), keyed ? key : std::string_view{}, payload, now.unix_ms);
    event->format = format;
    event->keyed = keyed;
    EmitStatus status = EmitStatus::ok;
    bool appended = false;
    Discard discard;
    in_steps(*core_, discard, [&] {
      TypeStore* const store = own == nullptr ? &open : store_for(*own, type);
      if (store == nullptr) {
        if (!appended) status = EmitStatus::detached;
        return true;
      }
      if (!appended) status = store->append(event, now.steady, core_->ledger, discard);
      appended = true;
      head_.store(core_->ledger.head, std::memory_order_release);
      return store->trim(now.steady, core_->ledger, discard);
    });
    return status;
  } catch (...) {
    return EmitStatus::out_of_memory;
  }
}

EmitStatus EventLog::erase(TypeId type, std::string_view key, Moment now) noexcept {
  return erase_for(nullptr, type, key, now);
}

EmitStatus EventLog::erase(PrivateEvents& own, TypeId type, std::string_view key, Moment now) noexcept {
  return erase_for(&own, type, key, now);
}

EmitStatus EventLog::erase_for(PrivateEvents* own, TypeId type, std::string_view key, Moment now) noexcept {
  TypeStore& open = *core_->types[type];
  if (!open.keyed() || !valid_key(key)) return EmitStatus::bad_key;
  try {
    std::shared_ptr<Event> tombstone = make_event(open.name(), key, {}, now.unix_ms);
    tombstone->format = open.format();
    tombstone->keyed = true;
    tombstone->removed = true;
    Discard discard;
    const std::lock_guard lock(core_->mutex);
    if (own != nullptr && own->closed_) return EmitStatus::detached;
    TypeStore* const store = own == nullptr ? &open : own->find(type);
    if (store == nullptr) return EmitStatus::ok;
    const EmitStatus status = store->erase(tombstone, now.steady, core_->ledger, discard);
    head_.store(core_->ledger.head, std::memory_order_release);
    return status;
  } catch (...) {
    return EmitStatus::out_of_memory;
  }
}

Sequence EventLog::mark() {
  const std::lock_guard lock(core_->mutex);
  Ledger& ledger = core_->ledger;
  ledger.index.make_room(ledger.head + 1);
  ledger.index.put(++ledger.head, RecentIndex::kPrivate, nullptr);
  marks_.fetch_add(1, std::memory_order_relaxed);
  head_.store(ledger.head, std::memory_order_release);
  return ledger.head;
}

void EventLog::advance(Moment now) noexcept {
  try {
    Discard discard;
    in_steps(*core_, discard, [&] {
      Ledger& ledger = core_->ledger;
      while (!discard.full()) {
        if (ledger.schedule.empty() || ledger.schedule.begin()->when > now.steady) return true;
        const Due due = *ledger.schedule.begin();
        due.store->come_due(due, now.steady, ledger, discard);
        head_.store(ledger.head, std::memory_order_release);
      }
      return false;
    });
  } catch (...) {
    // Out of memory: what is due stays so.
  }
}

std::optional<Steady> EventLog::next_due() const noexcept {
  const std::lock_guard lock(core_->mutex);
  const auto& schedule = core_->ledger.schedule;
  if (schedule.empty()) return std::nullopt;
  return schedule.begin()->when;
}

std::size_t EventLog::bytes() const noexcept {
  const std::lock_guard lock(core_->mutex);
  return core_->ledger.bytes;
}

SubscriptionPtr EventLog::subscribe(std::vector<std::string> patterns, std::vector<TypeId> visible) {
  SubscriptionTable::Wish wish{std::move(patterns), std::move(visible)};
  wish.normalize();
  const std::lock_guard lock(core_->mutex);
  return core_->subscriptions.get(std::move(wish));
}

void EventLog::types_of(const Subscription& subscription, std::vector<TypeId>& types) const {
  const std::lock_guard lock(core_->mutex);
  core_->index.for_each(subscription, [&](TypeId type) { types.push_back(type); });
}

}  // namespace pushwire::log
