#include <atomic>
#include <utility>

#include "pushwire/event_type.hpp"
#include "server/core.hpp"

namespace pushwire {

void Core::tell_watched(log::TypeId type, bool watched) {
  const std::lock_guard lock(callbacks_mutex);
  const auto found = on_watch.find(type);
  if (found == on_watch.end() || !callbacks) return;
  callbacks->post([callback = found->second, watched] { (*callback)(watched); });
}

namespace detail {

namespace {

// Appended first, looked for watchers second: a reader that joins in between does it the other way round, so one of
// the two sees the other (Hub::settle).
void wake(Core& core, log::TypeId type, EmitStatus status) noexcept {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  const bool timer = status == EmitStatus::held_back;
  if (timer || (status == EmitStatus::ok && core.watchers.watched(type))) core.waker.wake();
}

}  // namespace

Emitter::Emitter(std::shared_ptr<Channel> channel) noexcept : channel_(std::move(channel)) {}

EmitStatus Emitter::append(bool keyed, std::string_view key, std::string_view payload,
                           Event::Payload format) const noexcept {
  if (!channel_ || channel_->core->detached.load(std::memory_order_relaxed)) return EmitStatus::detached;
  Core& core = *channel_->core;
  const EmitStatus status = core.log.append(channel_->type, keyed, key, payload, format, core.clock.now());
  wake(core, channel_->type, status);
  return status;
}

EmitStatus Emitter::erase(std::string_view key) const noexcept {
  if (!channel_ || channel_->core->detached.load(std::memory_order_relaxed)) return EmitStatus::detached;
  Core& core = *channel_->core;
  const EmitStatus status = core.log.erase(channel_->type, key, core.clock.now());
  wake(core, channel_->type, status);
  return status;
}

bool Emitter::watched() const noexcept { return channel_ && channel_->core->watchers.watched(channel_->type); }

void Emitter::on_watch(std::function<void(bool)> callback) const {
  if (!channel_) return;
  Core& core = *channel_->core;
  {
    const std::lock_guard lock(core.callbacks_mutex);
    if (!callback) {
      core.on_watch.erase(channel_->type);
      return;
    }
    core.on_watch[channel_->type] = std::make_shared<std::function<void(bool)>>(std::move(callback));
  }
  if (core.watchers.watched(channel_->type)) core.tell_watched(channel_->type, true);
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
