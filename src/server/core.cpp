#include "server/core.hpp"

#include <utility>

#include "net/hub.hpp"

namespace pushwire {

std::shared_ptr<Core> Core::make(const Epoch& epoch, const CoreSettings& settings) {
  auto core = std::make_shared<Core>(epoch, settings);
  // A reply that is still to be given keeps all of it.
  core->sessions.messages.shared_as(std::shared_ptr<session::Messages>(core, &core->sessions.messages));
  return core;
}

Core::Core(const Epoch& epoch, const CoreSettings& settings)
    : log(epoch, settings.log),
      mailbox([this] { waker.wake(); }),
      dispatcher(std::make_shared<Dispatcher>(settings.where, settings.host, settings.workers, settings.complain)),
      judges(std::make_shared<Dispatcher>(Dispatcher::Where::workers, nullptr, settings.workers, settings.complain)),
      pages(
          std::make_shared<Dispatcher>(Dispatcher::Where::workers, nullptr, settings.page_workers, settings.complain)),
      sessions(
          log, settings.sessions, session::Tokens(), hooks(),
          [this](const session::RecordPtr& record, session::Asker asker, session::RequestId id) {
            mailbox.post([record, asker, id](net::Hub& hub) { hub.ready(record, asker, id); });
          },
          settings.complain),
      callbacks(std::make_shared<session::Strand>(hooks().post)) {}

session::Sessions::Hooks Core::hooks() {
  session::Sessions::Hooks hooks;
  hooks.post = [to = dispatcher](Dispatcher::Task task) { to->post(std::move(task)); };
  hooks.began = [this](const session::RecordPtr& record) { tell_presence(on_join_, record); };
  hooks.ended = [this](const session::RecordPtr& record) { tell_presence(on_leave_, record); };
  return hooks;
}

// --- who watches an event type ---

void Core::tell_watched(log::TypeId type) {
  {
    const std::lock_guard lock(callbacks_mutex_);
    const auto found = on_watch_.find(type);
    if (found == on_watch_.end() || found->second.due) return;
    found->second.due = true;
  }
  callbacks->run([weak = weak_from_this(), type] {
    if (const auto core = weak.lock()) core->call_on_watch(type);
  });
}

void Core::call_on_watch(log::TypeId type) {
  std::shared_ptr<const Watched> callback;
  bool watched = false;
  {
    const std::lock_guard lock(callbacks_mutex_);
    const auto found = on_watch_.find(type);
    if (found == on_watch_.end()) return;
    Watch& watch = found->second;
    watch.due = false;
    watched = watchers.watched(type);
    if (watch.told == watched) return;
    watch.told = watched;
    callback = watch.callback;
  }
  dispatcher->guard([&] { (*callback)(watched); });
}

void Core::set_on_watch(log::TypeId type, Watched callback) {
  // What the old one holds may call back into here when it goes: that happens behind the lock.
  std::shared_ptr<const Watched> old;
  {
    const std::lock_guard lock(callbacks_mutex_);
    if (!callback) {
      if (const auto found = on_watch_.find(type); found != on_watch_.end()) {
        old = std::move(found->second.callback);
        on_watch_.erase(found);
      }
      return;
    }
    Watch& watch = on_watch_[type];
    old = std::exchange(watch.callback, std::make_shared<const Watched>(std::move(callback)));
    watch.told = false;
  }
  tell_watched(type);
}

// --- who comes and goes ---

void Core::set_presence(PresencePtr& which, Presence callback) {
  PresencePtr old = callback ? std::make_shared<const Presence>(std::move(callback)) : nullptr;
  const std::lock_guard lock(callbacks_mutex_);
  which.swap(old);
}

// In order with the session's messages.
void Core::tell_presence(const PresencePtr& which, const session::RecordPtr& record) {
  PresencePtr callback;
  {
    const std::lock_guard lock(callbacks_mutex_);
    callback = which;
  }
  if (!callback) return;
  Session session = sessions.sessions.describe(*record);
  session.connected = !record->ended;  // who joins is just connecting
  record->strand->run([weak = weak_from_this(), callback, session = std::move(session)] {
    const auto core = weak.lock();
    if (core) core->dispatcher->guard([&] { (*callback)(session); });
  });
}

void Core::close() noexcept {
  detached.store(true);
  sessions.messages.close();
  judges->close();
  pages->close();
  dispatcher->close();
  dispatcher->guard([this] {
    for (const auto& record : sessions.sessions.records()) record->strand->clear();
  });
  sessions.messages.handlers().clear();
  decltype(on_watch_) watches;  // live longer than the lock: what callbacks hold may come back into here
  PresencePtr presence[2];
  const std::lock_guard lock(callbacks_mutex_);
  watches.swap(on_watch_);
  presence[0].swap(on_join_);
  presence[1].swap(on_leave_);
}

// --- events for one client ---

log::PrivateEventsPtr Core::private_events(session::Record& record) {
  const std::lock_guard lock(record.mutex);
  if (record.ended) return nullptr;
  if (!record.events) record.events = log.open_private(record.weak_from_this());
  return record.events;
}

EmitStatus Core::append_private(session::Record& record, log::TypeId type, bool keyed, std::string_view key,
                                std::string_view payload, Event::Payload format) noexcept {
  try {
    const auto events = private_events(record);
    if (!events) return EmitStatus::detached;
    const EmitStatus status = log.append(*events, type, keyed, key, payload, format, clock.now());
    if (status == EmitStatus::ok || status == EmitStatus::held_back) waker.wake();
    return status;
  } catch (...) {
    return EmitStatus::out_of_memory;
  }
}

EmitStatus Core::erase_private(session::Record& record, log::TypeId type, std::string_view key) noexcept {
  try {
    const auto events = private_events(record);
    if (!events) return EmitStatus::detached;
    const EmitStatus status = log.erase(*events, type, key, clock.now());
    if (status == EmitStatus::ok) waker.wake();
    return status;
  } catch (...) {
    return EmitStatus::out_of_memory;
  }
}

}  // namespace pushwire
