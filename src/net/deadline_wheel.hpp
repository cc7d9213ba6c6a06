// All deadlines of a reactor in one coarse wheel: setting and clearing one is O(1) and allocates nothing, and only the
// nearest filled slot needs a timer, so that a server where nothing is due makes no wake-ups.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "log/moment.hpp"

namespace pushwire::net {

using log::Steady;

class DeadlineWheel;

// Something that has at most one deadline at a time, in one wheel. Clears it when destroyed.
class Timed {
 public:
  Timed() = default;
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

  // Its deadline has passed, by at most DeadlineWheel::kSlot, and is cleared.
  // Must not throw: the others that are due would be lost.
  virtual void on_deadline(Steady now) noexcept = 0;

 protected:
  ~Timed();

 private:
  friend class DeadlineWheel;
  void unlink() noexcept;

  Timed* previous_ = nullptr;  // a circular list for each slot, headed by the slot's sentinel
  Timed* next_ = nullptr;      // null: no deadline
  Steady due_{};
};

class DeadlineWheel {
 public:
  static constexpr std::chrono::milliseconds kSlot{32};
  static constexpr std::size_t kSlots = 1024;  // about 33 s ahead; later deadlines are looked at again once a round

  explicit DeadlineWheel(Steady start);
  ~DeadlineWheel();

  void set(Timed& timed, Steady due);  // replaces an earlier deadline
  void clear(Timed& timed) noexcept;
  bool has(const Timed& timed) const noexcept { return timed.next_ != nullptr; }

  // Calls on_deadline for all that are due. What is called may set and clear deadlines and destroy timed objects.
  void advance(Steady now);
  // When advance() next has something to do.
  std::optional<Steady> next() const;

 private:
  struct Sentinel final : Timed {
    void on_deadline(Steady) noexcept override {}
  };
  std::uint64_t tick(Steady at) const noexcept;
  void link(Timed& timed);
  bool filled(std::size_t slot) const noexcept;
  void mark(std::size_t slot, bool filled) const noexcept;

  Steady start_;
  std::uint64_t done_ = 0;  // ticks that have been looked at
  std::array<Sentinel, kSlots> slots_;
  // A bit for each slot that may hold something: what is cleared leaves it behind until somebody looks.
  mutable std::array<std::uint64_t, kSlots / 64> filled_{};
};

}  // namespace pushwire::net
