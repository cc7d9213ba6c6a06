// Wakes a reactor from any thread, without blocking and at most once for each time that it has looked.
#pragma once

#include <atomic>

#include "log/moment.hpp"

namespace pushwire::net {

class Waker {
 public:
  Waker();  // throws std::system_error
  ~Waker();
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;

  // Any thread, also while no reactor runs.
  void wake() noexcept {
    if (!pending_.exchange(true, std::memory_order_acq_rel)) signal();
  }
  // The reactor, before it looks for what it was woken for.
  void clear() noexcept;
  // The reactor: when it looks again by itself at the latest; Steady::max() for never.
  void will_look(log::Steady at) noexcept { looks_at_.store(at.time_since_epoch().count(), std::memory_order_release); }
  // Any thread: whether the reactor looks by then without being woken.
  bool looks_by(log::Steady due) const noexcept {
    return looks_at_.load(std::memory_order_acquire) <= due.time_since_epoch().count();
  }
  // Readable when woken; owned by this.
  int descriptor() const noexcept { return descriptor_; }

 private:
  void signal() noexcept;

  std::atomic<log::Steady::rep> looks_at_{log::Steady::max().time_since_epoch().count()};
  std::atomic<bool> pending_{false};
  int descriptor_;
};

}  // namespace pushwire::net
