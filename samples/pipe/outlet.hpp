// Writes lines to a descriptor on a thread of its own: whoever reads them, or does not, holds up nobody here.
//
// Threads: any. SIGPIPE has to be ignored. The descriptor stays the caller's, and open.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "line_queue.hpp"

namespace pipe_sample {

class Outlet {
 public:
  // `on_closed`: called at most once, with the reason why nothing can be written any more; on the thread, and not after
  // close(). It must not call the outlet.
  Outlet(int descriptor, LineQueue::Limits limits, std::function<void(const std::string& why)> on_closed);
  // Closes. A write that does not return, as to a terminal that is held, keeps the thread until the process ends.
  ~Outlet();
  Outlet(const Outlet&) = delete;
  Outlet& operator=(const Outlet&) = delete;

  // Lines are written from now on; until then they wait. To be called once at most.
  void start();
  // Does not wait for the reader: what has not been written, and what comes later, is `closed`.
  void close();

  // `line` with its LF. `done` is called once, on this thread or on the outlet's, without a lock.
  void write(std::string line, LineQueue::Done done);

 private:
  struct State;
  static void run(const std::shared_ptr<State>& state) noexcept;

  std::shared_ptr<State> state_;  // outlives this where the thread does
};

}  // namespace pipe_sample
