#include "server/dispatcher.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/worker_thread.hpp"

namespace pushwire {

struct Dispatcher::State {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Task> work;  // for the workers
  std::deque<Task> due;   // for poll()
  std::vector<WorkerThread> threads;
  std::vector<std::thread::id> running;  // a thread for each task that runs, once for each
  std::size_t idle = 0;                  // workers that wait
  std::size_t with_host = 0;             // tasks that the host has taken and not yet run
  bool closed = false;
  LogCallback log;
  net::Waker waker;

  void run(Task& task) noexcept;
  void guard(const Task& act) const noexcept;
};

void Dispatcher::State::guard(const Task& act) const noexcept {
  std::string fault;
  try {
    act();
  } catch (const std::exception& error) {
    fault = std::string("a callback threw: ") + error.what();
  } catch (...) {
    fault = "a callback threw";
  }
  if (!fault.empty() && log) {
    try {
      log(LogLevel::error, fault);
    } catch (...) {  // nobody is left to tell
    }
  }
}

void Dispatcher::guard(const Task& act) const noexcept { state_->guard(act); }

// Not to be called with the mutex held.
void Dispatcher::State::run(Task& task) noexcept {
  {
    const std::lock_guard lock(mutex);
    if (closed) return;
    running.push_back(std::this_thread::get_id());
  }
  guard(task);
  task = nullptr;  // what it holds is released here, not under the mutex
  {
    const std::lock_guard lock(mutex);
    running.erase(std::find(running.begin(), running.end(), std::this_thread::get_id()));
  }
  changed.notify_all();
}

Dispatcher::Dispatcher(Where where, std::function<void(Task)> host, std::size_t workers, LogCallback log)
    : where_(where), host_(std::move(host)), workers_(workers), state_(std::make_shared<State>()) {
  state_->log = std::move(log);
}

Dispatcher::~Dispatcher() { close(); }

void Dispatcher::post(Task task) {
  switch (where_) {
    case Where::workers: return hire(std::move(task));
    case Where::host: {
      {
        const std::lock_guard lock(state_->mutex);
        if (state_->closed) return;
        ++state_->with_host;
      }
      // Counted down when the host has run it, or has dropped it.
      struct Taken {
        explicit Taken(std::shared_ptr<State> of, Task what) : state(std::move(of)), task(std::move(what)) {}
        Taken(const Taken&) = delete;
        Taken& operator=(const Taken&) = delete;
        ~Taken() {
          const std::lock_guard lock(state->mutex);
          --state->with_host;
        }
        std::shared_ptr<State> state;
        Task task;
      };
      const auto taken = std::make_shared<Taken>(state_, std::move(task));
      try {
        return host_([taken] { taken->state->run(taken->task); });
      } catch (...) {
        state_->guard([] { throw; });  // for the log
        throw;
      }
    }
    case Where::poll: {
      {
        const std::lock_guard lock(state_->mutex);
        if (state_->closed) return;
        state_->due.push_back(std::move(task));
        state_->waker.wake();
      }
      return;
    }
  }
}

void Dispatcher::hire(Task task) {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->closed) return;
    state_->work.push_back(std::move(task));
    if (state_->idle < state_->work.size() && state_->threads.size() < workers_) {
      try {
        state_->threads.emplace_back([state = state_] { work(state); });
      } catch (...) {
        // No further thread is to be had: those that there are do it all.
        if (state_->threads.empty()) {
          state_->work.pop_back();
          throw;
        }
      }
    }
  }
  state_->changed.notify_all();
}

void Dispatcher::work(const std::shared_ptr<State>& state) noexcept {
  std::unique_lock lock(state->mutex);
  for (;;) {
    ++state->idle;
    state->changed.wait(lock, [&] { return state->closed || !state->work.empty(); });
    --state->idle;
    if (state->closed) return;
    Task task = std::move(state->work.front());
    state->work.pop_front();
    lock.unlock();
    state->run(task);
    task = nullptr;
    lock.lock();
  }
}

bool Dispatcher::busy() const {
  const std::lock_guard lock(state_->mutex);
  return !state_->running.empty() || !state_->work.empty() || !state_->due.empty() || state_->with_host > 0;
}

std::size_t Dispatcher::poll() {
  const std::shared_ptr<State> state = state_;  // a task may destroy this object
  std::size_t due = 0;                          // what becomes due meanwhile is for the next call
  {
    const std::lock_guard lock(state->mutex);
    due = state->due.size();
  }
  std::size_t ran = 0;
  for (; ran < due; ++ran) {
    Task task;
    {
      // One by one: a task that polls in a loop of its own finds the others due.
      const std::lock_guard lock(state->mutex);
      if (state->due.empty()) break;
      task = std::move(state->due.front());
      state->due.pop_front();
      if (state->due.empty()) state->waker.clear();
    }
    state->run(task);
  }
  return ran;
}

int Dispatcher::descriptor() const noexcept { return state_->waker.descriptor(); }

void Dispatcher::close() noexcept {
  std::deque<Task> dropped[2];  // what they hold goes behind the lock
  std::vector<WorkerThread> threads;
  const auto self = std::this_thread::get_id();
  {
    std::unique_lock lock(state_->mutex);
    state_->closed = true;
    dropped[0].swap(state_->work);
    dropped[1].swap(state_->due);
    threads.swap(state_->threads);
    state_->changed.notify_all();
    state_->changed.wait(lock, [&] {
      return std::all_of(state_->running.begin(), state_->running.end(), [&](const auto& id) { return id == self; });
    });
  }
  for (WorkerThread& thread : threads) {
    if (thread.is_current()) thread.detach();
    else thread.join();
  }
}

}  // namespace pushwire
