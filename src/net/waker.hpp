// Wakes a reactor from any thread, without blocking and at most once for each time that it has looked.
#pragma once

#include <atomic>

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
  // Readable when woken; owned by this.
  int descriptor() const noexcept { return descriptor_; }

 private:
  void signal() noexcept;

  std::atomic<bool> pending_{false};
  int descriptor_;
};

}  // namespace pushwire::net
