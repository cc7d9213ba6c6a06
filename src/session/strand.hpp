// Runs tasks one after the other, in order, on whatever threads `post` runs its own: what is done for one session keeps
// its order, and sessions do not wait for each other.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace pushwire::session {

using Task = std::function<void()>;
using Post = std::function<void(Task)>;  // any thread; runs the task later, never at once; may drop it at the end

class Strand : public std::enable_shared_from_this<Strand> {
 public:
  explicit Strand(Post post) : post_(std::move(post)) {}

  // Any thread. Tasks must not throw. Where `post` throws, for want of memory, what is due waits for the next run().
  // Where it drops its task, all that is due goes: tasks may hold who holds the strand.
  void run(Task task);
  // What waits because `post` threw goes, at the end of all that might call run() again.
  void clear() noexcept;

 private:
  class Step;
  void post_step();
  void step();
  void dropped() noexcept;

  const Post post_;
  std::mutex mutex_;
  std::deque<Task> due_;
  bool active_ = false;  // a step is posted or running
};

}  // namespace pushwire::session
