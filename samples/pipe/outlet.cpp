#include "outlet.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace pipe_sample {

using Clock = std::chrono::steady_clock;

struct Outlet::State {
  State(int to, LineQueue::Limits limits, std::function<void(const std::string&)> closed)
      : descriptor(to), on_closed(std::move(closed)), queue(limits) {
    if (news < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  ~State() { ::close(news); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // Does `act` with the queue, and tells the lines that have come to their outcome by it.
  template <class Act>
  void with_queue(Act act) {
    std::vector<LineQueue::Ended> ended;
    {
      const std::lock_guard lock(mutex);
      act(queue);
      ended = queue.take_ended();
    }
    for (const auto& line : ended) line.done(line.outcome);
  }
  void wake() const {
    const std::uint64_t one = 1;
    while (::write(news, &one, sizeof one) < 0 && errno == EINTR) {
    }
  }

  const int descriptor;
  const int news = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);  // readable: look at the queue again
  const std::function<void(const std::string&)> on_closed;
  std::mutex mutex;
  LineQueue queue;
  bool stopping = false;  // with the mutex held
};

namespace {

int milliseconds_until(std::optional<LineQueue::Time> when) {
  if (!when) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*when - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

}  // namespace

Outlet::Outlet(int descriptor, LineQueue::Limits limits, std::function<void(const std::string&)> on_closed)
    : state_(std::make_shared<State>(descriptor, limits, std::move(on_closed))) {}

Outlet::~Outlet() { close(); }

void Outlet::start() {
  std::thread([state = state_] { run(state); }).detach();
}

void Outlet::close() {
  state_->with_queue([this](LineQueue& queue) {
    state_->stopping = true;
    queue.close();
  });
  state_->wake();
}

void Outlet::write(std::string line, LineQueue::Done done) {
  state_->with_queue([&](LineQueue& queue) { queue.push(std::move(line), std::move(done), Clock::now()); });
  state_->wake();
}

// A pipe that poll(2) calls writable takes PIPE_BUF bytes without blocking, and whole (pipe(7)).
void Outlet::run(const std::shared_ptr<State>& state) noexcept {
  char piece[PIPE_BUF];
  for (;;) {
    std::size_t size = 0;
    std::optional<LineQueue::Time> expiry;
    bool stopping = false;
    state->with_queue([&](LineQueue& queue) {
      queue.expire(Clock::now());
      size = queue.front().copy(piece, sizeof piece);
      expiry = queue.next_expiry();
      stopping = state->stopping;
    });
    if (stopping) return;

    pollfd wait[] = {{state->news, POLLIN, 0}, {state->descriptor, static_cast<short>(size > 0 ? POLLOUT : 0), 0}};
    if (::poll(wait, 2, milliseconds_until(expiry)) < 0) continue;
    if (wait[0].revents != 0) {
      std::uint64_t count = 0;
      while (::read(state->news, &count, sizeof count) < 0 && errno == EINTR) {
      }
      continue;  // what was copied may be closed by now
    }
    if (wait[1].revents == 0) continue;
    const auto wrote = size > 0 ? ::write(state->descriptor, piece, size) : -1;
    const int error = size > 0 ? errno : EPIPE;  // nothing is to be written, and nobody reads
    if (wrote < 0 && (error == EINTR || error == EAGAIN)) continue;
    if (wrote < 0) {
      return state->with_queue([&](LineQueue& queue) {
        if (!state->stopping) state->on_closed(std::generic_category().message(error));
        queue.close();
      });
    }
    state->with_queue([&](LineQueue& queue) { queue.wrote(static_cast<std::size_t>(wrote)); });
  }
}

}  // namespace pipe_sample
