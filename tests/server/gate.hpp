// Where handlers wait until the test lets them go on. Any thread. To be declared before the server: handlers may still be
// in it while the server ends.
#pragma once

#include <condition_variable>
#include <mutex>

#include "server/eventually.hpp"

namespace pushwire {

class Gate {
 public:
  // False: it was not opened in time.
  bool pass() {
    std::unique_lock lock(mutex_);
    ++inside_;
    changed_.notify_all();
    const bool opened = changed_.wait_for(lock, kDeadline, [&] { return open_; });
    --inside_;
    return opened;
  }
  // Whether that many wait in it, now or soon.
  bool holds(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kDeadline, [&] { return inside_ >= count; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int inside_ = 0;
  bool open_ = false;
};

// Opened at the end of a scope, however that is left: declared behind the server, so that a failed test does not hang.
class Opening {
 public:
  explicit Opening(Gate& gate) : gate_(gate) {}
  ~Opening() { gate_.open(); }
  Opening(const Opening&) = delete;
  Opening& operator=(const Opening&) = delete;

 private:
  Gate& gate_;
};

}  // namespace pushwire
