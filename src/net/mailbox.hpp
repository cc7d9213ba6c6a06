// What other threads have for the hub to do: replies that are ready, clients that have been judged, rights that changed.
#pragma once

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace pushwire::net {

class Hub;

class Mailbox {
 public:
  using Task = std::function<void(Hub&)>;

  // `wake`: any thread, must not throw; called when there is something to take.
  explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  // Any thread. Dropped while no hub takes anything. Throws std::bad_alloc.
  void post(Task task) {
    {
      const std::lock_guard lock(mutex_);
      if (!open_) return;
      due_.push_back(std::move(task));
    }
    wake_();
  }

  // --- the hub ---
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
  }
  // Drops what is due.
  void close() noexcept {
    std::vector<Task> dropped;
    {
      const std::lock_guard lock(mutex_);
      open_ = false;
      dropped.swap(due_);
    }  // what they hold goes behind the lock
  }
  // All that is due, in order, into the empty `tasks`.
  void take(std::vector<Task>& tasks) {
    const std::lock_guard lock(mutex_);
    tasks.swap(due_);
  }

 private:
  const std::function<void()> wake_;
  std::mutex mutex_;
  std::vector<Task> due_;
  bool open_ = false;
};

}  // namespace pushwire::net
