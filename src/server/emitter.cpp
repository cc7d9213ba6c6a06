#include <atomic>
#include <utility>

#include "pushwire/event_type.hpp"
#include "pushwire/recipient.hpp"
#include "server/core.hpp"

namespace pushwire {

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

EmitStatus PrivateEmitter::append(const Emitter& type, bool keyed, std::string_view key, std::string_view payload,
                                  Event::Payload format) const noexcept {
  if (!addressee_ || !type.channel_ || addressee_->core != type.channel_->core) return EmitStatus::detached;
  Core& core = *addressee_->core;
  if (core.detached.load(std::memory_order_relaxed)) return EmitStatus::detached;
  return core.append_private(*addressee_->record, type.channel_->type, keyed, key, payload, format);
}

EmitStatus PrivateEmitter::erase(const Emitter& type, std::string_view key) const noexcept {
  if (!addressee_ || !type.channel_ || addressee_->core != type.channel_->core) return EmitStatus::detached;
  Core& core = *addressee_->core;
  if (core.detached.load(std::memory_order_relaxed)) return EmitStatus::detached;
  return core.erase_private(*addressee_->record, type.channel_->type, key);
}

}  // namespace detail
}  // namespace pushwire
