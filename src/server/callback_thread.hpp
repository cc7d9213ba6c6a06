// Runs the host's callbacks one after the other on a thread of their own, so that a slow one holds up no client. The
// thread begins with the first callback.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "pushwire/options.hpp"

namespace pushwire {

class CallbackThread {
 public:
  explicit CallbackThread(LogCallback log);
  // Waits for the callback that runs, unless called from it; those that have not begun are dropped.
  ~CallbackThread();
  CallbackThread(const CallbackThread&) = delete;
  CallbackThread& operator=(const CallbackThread&) = delete;

  // Any thread. What the callback throws is caught and logged.
  void post(std::function<void()> callback);
  bool busy() const;
  bool on_thread() const;

 private:
  // Outlives this object when a callback destroys it.
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::function<void()>> due;
    bool running = false;
    bool ended = false;
    LogCallback log;
  };
  static void run(const std::shared_ptr<State>& state) noexcept;

  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace pushwire
