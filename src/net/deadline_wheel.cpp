#include "net/deadline_wheel.hpp"

namespace pushwire::net {

Timed::~Timed() { unlink(); }

void Timed::unlink() noexcept {
  if (next_ == nullptr) return;
  previous_->next_ = next_;
  next_->previous_ = previous_;
  previous_ = next_ = nullptr;
}

DeadlineWheel::DeadlineWheel(Steady start) : start_(start) {
  for (Sentinel& slot : slots_) slot.previous_ = slot.next_ = &slot;
}

DeadlineWheel::~DeadlineWheel() {
  for (Sentinel& slot : slots_) {
    while (slot.next_ != &slot) clear(*slot.next_);
    slot.next_ = slot.previous_ = nullptr;
  }
}

std::uint64_t DeadlineWheel::tick(Steady at) const noexcept {
  if (at <= start_) return 0;
  // Rounded up: a deadline is never called early.
  const auto elapsed = std::chrono::duration_cast<std::chrono::nanoseconds>(at - start_);
  const auto slot = std::chrono::duration_cast<std::chrono::nanoseconds>(kSlot);
  return static_cast<std::uint64_t>((elapsed.count() + slot.count() - 1) / slot.count());
}

void DeadlineWheel::link(Timed& timed) {
  std::uint64_t at = tick(timed.due_);
  if (at <= done_) at = done_ + 1;
  if (at > done_ + kSlots - 1) at = done_ + kSlots - 1;
  const std::size_t slot = at % kSlots;
  Timed& head = slots_[slot];
  timed.previous_ = head.previous_;
  timed.next_ = &head;
  head.previous_->next_ = &timed;
  head.previous_ = &timed;
  mark(slot, true);
}

void DeadlineWheel::set(Timed& timed, Steady due) {
  clear(timed);
  timed.due_ = due;
  link(timed);
}

void DeadlineWheel::clear(Timed& timed) noexcept { timed.unlink(); }

void DeadlineWheel::advance(Steady now) {
  if (now < start_) return;
  const auto target = static_cast<std::uint64_t>((now - start_) / kSlot);
  // A clock that jumped far ahead: each slot needs one look, not one for each missed round.
  if (target > done_ + kSlots) done_ = target - kSlots;
  while (done_ < target) {
    ++done_;
    const std::size_t slot = done_ % kSlots;
    if (!filled(slot)) continue;
    // Moved to a list of its own first: on_deadline may set new deadlines, which must not be met in this loop.
    Sentinel due;
    Timed& head = slots_[slot];
    due.next_ = head.next_;
    due.previous_ = head.previous_;
    due.next_->previous_ = &due;
    due.previous_->next_ = &due;
    head.next_ = head.previous_ = &head;
    mark(slot, false);
    while (due.next_ != &due) {
      Timed& timed = *due.next_;
      clear(timed);
      if (timed.due_ <= now) timed.on_deadline(now);
      else link(timed);
    }
    due.next_ = due.previous_ = nullptr;
  }
}

bool DeadlineWheel::filled(std::size_t slot) const noexcept {
  if ((filled_[slot / 64] >> (slot % 64) & 1) == 0) return false;
  const Timed& head = slots_[slot];
  if (head.next_ != &head) return true;
  mark(slot, false);
  return false;
}

void DeadlineWheel::mark(std::size_t slot, bool filled) const noexcept {
  const std::uint64_t bit = std::uint64_t{1} << (slot % 64);
  if (filled) filled_[slot / 64] |= bit;
  else filled_[slot / 64] &= ~bit;
}

std::optional<Steady> DeadlineWheel::next() const {
  std::uint64_t ahead = 1;
  while (ahead < kSlots) {
    const std::size_t slot = (done_ + ahead) % kSlots;
    if (filled(slot)) return start_ + (done_ + ahead) * kSlot;
    // A word of which nothing is left to see is passed at once.
    const bool rest_empty = filled_[slot / 64] >> (slot % 64) == 0;
    ahead += rest_empty ? 64 - slot % 64 : 1;
  }
  return std::nullopt;
}

}  // namespace pushwire::net
