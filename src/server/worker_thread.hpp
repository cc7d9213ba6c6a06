// A thread for the host's code, with a stack of a known size: what the system gives by itself may be 128 KiB, and
// std::regex, which cpp-httplib finds routes by, recurses by half a KiB for each character of a path.
#pragma once

#include <pthread.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <system_error>
#include <utility>

namespace pushwire {

class WorkerThread {
 public:
  static constexpr std::size_t kStack = 8 * 1024 * 1024;  // bytes; taken as they are used

  // Throws std::system_error where there is no thread to be had. `run` must not throw.
  explicit WorkerThread(std::function<void()> run) {
    auto what = std::make_unique<std::function<void()>>(std::move(run));
    pthread_attr_t attributes;
    check(pthread_attr_init(&attributes));
    int error = pthread_attr_setstacksize(&attributes, kStack);
    if (error == 0) error = pthread_create(&handle_, &attributes, &WorkerThread::enter, what.get());
    pthread_attr_destroy(&attributes);
    check(error);
    (void)what.release();  // the thread's own
  }
  WorkerThread(WorkerThread&& other) noexcept
      : handle_(other.handle_), joinable_(std::exchange(other.joinable_, false)) {}
  WorkerThread& operator=(WorkerThread&&) = delete;
  ~WorkerThread() { detach(); }

  bool is_current() const noexcept { return pthread_equal(handle_, pthread_self()) != 0; }
  void join() noexcept {
    if (std::exchange(joinable_, false)) pthread_join(handle_, nullptr);
  }
  void detach() noexcept {
    if (std::exchange(joinable_, false)) pthread_detach(handle_);
  }

 private:
  static void check(int error) {
    if (error != 0) throw std::system_error(error, std::generic_category(), "pushwire: a worker thread");
  }
  static void* enter(void* run) {
    const std::unique_ptr<std::function<void()>> what(static_cast<std::function<void()>*>(run));
    (*what)();
    return nullptr;
  }

  pthread_t handle_{};
  bool joinable_ = true;
};

}  // namespace pushwire
