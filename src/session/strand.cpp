#include "session/strand.hpp"

#include <utility>

namespace pushwire::session {

// A step that has been posted.
class Strand::Step {
 public:
  explicit Step(std::shared_ptr<Strand> of) noexcept : strand_(std::move(of)) {}
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;
  ~Step() {
    if (strand_) strand_->dropped();
  }
  void run() { std::shared_ptr<Strand>(std::move(strand_))->step(); }
  void was_not_posted() noexcept { strand_.reset(); }

 private:
  std::shared_ptr<Strand> strand_;
};

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
  std::shared_ptr<Step> next;
  try {
    next = std::make_shared<Step>(shared_from_this());
    post_([next] { next->run(); });
  } catch (...) {
    if (next) next->was_not_posted();
    const std::lock_guard lock(mutex_);
    active_ = false;
  }
}

void Strand::dropped() noexcept {
  for (;;) {
    Task gone;  // lives longer than the lock: what it holds may come back into here
    const std::lock_guard lock(mutex_);
    active_ = !due_.empty();
    if (!active_) return;
    gone.swap(due_.front());
    due_.pop_front();
  }
}

void Strand::clear() noexcept {
  for (;;) {
    Task gone;  // lives longer than the lock
    const std::lock_guard lock(mutex_);
    if (active_ || due_.empty()) return;
    gone.swap(due_.front());
    due_.pop_front();
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
