#include "server/callback_thread.hpp"

#include <exception>
#include <string>
#include <utility>

namespace pushwire {

CallbackThread::CallbackThread(LogCallback log) : state_(std::make_shared<State>()) { state_->log = std::move(log); }

CallbackThread::~CallbackThread() {
  decltype(state_->due) dropped;  // what they hold goes behind the lock
  {
    const std::lock_guard lock(state_->mutex);
    state_->ended = true;
    dropped.swap(state_->due);
  }
  state_->changed.notify_all();
  if (!thread_.joinable()) return;
  if (on_thread()) thread_.detach();
  else thread_.join();
}

void CallbackThread::post(std::function<void()> callback) {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->ended) return;
    state_->due.push_back(std::move(callback));
    if (!thread_.joinable()) thread_ = std::thread([state = state_] { run(state); });
  }
  state_->changed.notify_one();
}

bool CallbackThread::busy() const {
  const std::lock_guard lock(state_->mutex);
  return state_->running || !state_->due.empty();
}

bool CallbackThread::on_thread() const { return thread_.get_id() == std::this_thread::get_id(); }

void CallbackThread::run(const std::shared_ptr<State>& state) noexcept {
  std::unique_lock lock(state->mutex);
  for (;;) {
    state->changed.wait(lock, [&] { return state->ended || !state->due.empty(); });
    if (state->ended) return;
    auto callback = std::move(state->due.front());
    state->due.pop_front();
    state->running = true;
    lock.unlock();
    std::string fault;
    try {
      callback();
    } catch (const std::exception& error) {
      fault = std::string("a callback threw: ") + error.what();
    } catch (...) {
      fault = "a callback threw";
    }
    callback = nullptr;  // what it holds is released here, not under the mutex
    if (!fault.empty() && state->log) {
      try {
        state->log(LogLevel::error, fault);
      } catch (...) {  // nobody is left to tell
      }
    }
    lock.lock();
    state->running = false;
  }
}

}  // namespace pushwire
