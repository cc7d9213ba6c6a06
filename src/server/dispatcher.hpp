// Runs the host's code: on worker threads, where the host wants it, or inside Server::poll(). A slow callback holds up
// no client.
//
// Threads: any. The threads begin with the first task that wants one.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "net/waker.hpp"
#include "pushwire/options.hpp"

namespace pushwire {

class Dispatcher {
 public:
  using Task = std::function<void()>;
  enum class Where : std::uint8_t { workers, host, poll };

  // `host`: takes tasks where `where` says so; may be called from any thread.
  Dispatcher(Where where, std::function<void(Task)> host, std::size_t workers, LogCallback log);
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // What the task throws is caught and logged. Tasks that have not begun when the dispatcher closes are dropped.
  void post(Task task);
  // Runs `act` on this thread; what it throws is caught and logged.
  void guard(const std::function<void()>& act) const noexcept;
  // Whether tasks run or are due.
  bool busy() const;
  // Runs what is due now, of `post`, on this thread; where the tasks go elsewhere: nothing. Returns how many.
  std::size_t poll();
  // Readable while poll() has something to do; owned by this.
  int descriptor() const noexcept;
  // Drops what has not begun and waits for what runs, but not for a task that this is called from. Idempotent.
  void close() noexcept;

 private:
  struct State;
  // For a worker.
  void hire(Task task);
  static void work(const std::shared_ptr<State>& state) noexcept;

  const Where where_;
  const std::function<void(Task)> host_;
  const std::size_t workers_;
  const std::shared_ptr<State> state_;  // outlives this object when a task destroys it
};

}  // namespace pushwire
