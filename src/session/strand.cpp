#include "session/strand.hpp"

#include <utility>

namespace pushwire::session {

void Strand::run(Task task) {
  {
    const std::lock_guard lock(mutex_);
    due_.push_back(std::move(task));
    if (active_) return;
    active_ = true;
  }
  post_step();
}

void Strand::post_step() {
  try {
    post_([self = shared_from_this()] { self->step(); });
  } catch (...) {
    const std::lock_guard lock(mutex_);
    active_ = false;
  }
}

// One task for each turn, so that a busy session lets others have theirs.
void Strand::step() {
  Task task;
  {
    const std::lock_guard lock(mutex_);
    task = std::move(due_.front());
    due_.pop_front();
  }
  task();
  task = nullptr;  // what it holds may come back into here
  {
    const std::lock_guard lock(mutex_);
    active_ = !due_.empty();
    if (!active_) return;
  }
  post_step();
}

}  // namespace pushwire::session
