#include <atomic>
#include <utility>

#include "pushwire/event_type.hpp"
#include "server/core.hpp"

namespace pushwire {

void Core::tell_watched(log::TypeId type) {
  const std::lock_guard lock(callbacks_mutex);
  const auto found = on_watch.find(type);
  if (found == on_watch.end() || found->second.due || !callbacks) return;
  callbacks->post([weak = weak_from_this(), type] {
    if (const auto core = weak.lock()) core->call_on_watch(type);
  });
  found->second.due = true;
}

void Core::call_on_watch(log::TypeId type) {
  std::shared_ptr<const std::function<void(bool)>> callback;
  bool watched = false;
  {
    const std::lock_guard lock(callbacks_mutex);
    const auto found = on_watch.find(type);
    if (found == on_watch.end()) return;
    Watch& watch = found->second;
    watch.due = false;
    watched = watchers.watched(type);
    if (watch.told == watched) return;
    watch.told = watched;
    callback = watch.callback;
  }
  (*callback)(watched);
}

void Core::set_on_watch(log::TypeId type, std::function<void(bool)> callback) {
  // What the old one holds may call back into here when it goes: that happens behind the lock.
  std::shared_ptr<const std::function<void(bool)>> old;
  {
    const std::lock_guard lock(callbacks_mutex);
    if (!callback) {
      if (const auto found = on_watch.find(type); found != on_watch.end()) {
        old = std::move(found->second.callback);
        on_watch.erase(found);
      }
      return;
    }
    Watch& watch = on_watch[type];
    old = std::exchange(watch.callback, std::make_shared<const std::function<void(bool)>>(std::move(callback)));
    watch.told = false;
  }
  tell_watched(type);
}

namespace detail {

namespace {

// Appended first, looked for watchers second: a reader that joins in between does it the other way round, so one of
// the two sees the other (Hub::settle).
void wake(const Channel& channel, EmitStatus status) noexcept {
  Core& core = *channel.core;
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (status == EmitStatus::ok && core.watchers.watched(channel.type)) return core.waker.wake();
  if (status != EmitStatus::held_back && !channel.ages) return;
  const auto due = core.log.next_due();
  if (due && !core.waker.looks_by(*due)) core.waker.wake();
}

}  // namespace

Emitter::Emitter(std::shared_ptr<Channel> channel) noexcept : channel_(std::move(channel)) {}

EmitStatus Emitter::append(bool keyed, std::string_view key, std::string_view payload,
                           Event::Payload format) const noexcept {
  if (!channel_ || channel_->core->detached.load(std::memory_order_relaxed)) return EmitStatus::detached;
  Core& core = *channel_->core;
  const EmitStatus status = core.log.append(channel_->type, keyed, key, payload, format, core.clock.now());
  wake(*channel_, status);
  return status;
}

EmitStatus Emitter::erase(std::string_view key) const noexcept {
  if (!channel_ || channel_->core->detached.load(std::memory_order_relaxed)) return EmitStatus::detached;
  Core& core = *channel_->core;
  const EmitStatus status = core.log.erase(channel_->type, key, core.clock.now());
  wake(*channel_, status);
  return status;
}

bool Emitter::watched() const noexcept { return channel_ && channel_->core->watchers.watched(channel_->type); }

void Emitter::on_watch(std::function<void(bool)> callback) const {
  if (channel_) channel_->core->set_on_watch(channel_->type, std::move(callback));
}

std::string_view Emitter::name() const noexcept {
  return channel_ ? channel_->core->log.name(channel_->type) : std::string_view{};
}

std::string& Emitter::scratch() noexcept {
  constexpr std::size_t kKept = 64 * 1024;
  thread_local std::string text;
  if (text.capacity() > kKept) std::string().swap(text);
  text.clear();
  return text;
}

}  // namespace detail
}  // namespace pushwire
