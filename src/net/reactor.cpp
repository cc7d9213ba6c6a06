#include "net/reactor.hpp"

#include <fcntl.h>

#include <asio/post.hpp>
#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>

#include "net/asio_wire.hpp"

namespace pushwire::net {

namespace {

thread_local const Reactor* this_threads_reactor = nullptr;

int duplicate(int descriptor) {
  const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw std::system_error(errno, std::generic_category(), "pushwire: fcntl");
  return copy;
}

HubSettings with_turns(HubSettings settings, std::function<void()> want_turn) {
  settings.want_turn = std::move(want_turn);
  return settings;
}

}  // namespace

Reactor::Reactor(HubSettings settings, HubParts parts, Waker& waker, const std::string& address, std::uint16_t port)
    : io_(1),
      wake_(io_, duplicate(waker.descriptor())),
      timer_(io_),
      listener_(io_, address, port),
      waker_(waker),
      clock_(parts.clock),
      hub_(with_turns(std::move(settings),
                      [this] {
                        if (turn_posted_) return;
                        turn_posted_ = true;
                        asio::post(io_, [this] {
                          turn_posted_ = false;
                          hub_.turn();
                          hub_.reap();
                        });
                      }),
           parts) {}

Reactor::~Reactor() { join(); }

void Reactor::start() {
  thread_ = std::thread([this] { run(); });
}

void Reactor::request_stop(std::chrono::milliseconds timeout) noexcept {
  std::int64_t none = -1;
  stop_ms_.compare_exchange_strong(none, timeout.count());
  waker_.wake();
}

void Reactor::join() {
  if (thread_.joinable()) thread_.join();
}

void Reactor::await_wake() {
  wake_.async_wait(asio::posix::stream_descriptor::wait_read, [this](std::error_code error) {
    if (error) return;
    waker_.clear();
    hub_.turn();
    hub_.reap();
    await_wake();
  });
}

// Waits for the hub's next deadline, if it has one: no timer is armed for nothing.
void Reactor::arm() {
  const auto next = hub_.next_deadline();
  if (!next) {
    if (is_armed_) timer_.cancel();
    is_armed_ = false;
    return;
  }
  if (is_armed_ && armed_ <= *next) return;  // it comes early enough, and looks again then
  armed_ = *next;
  is_armed_ = true;
  timer_.expires_at(armed_);
  timer_.async_wait([this](std::error_code error) {
    if (error) return;
    is_armed_ = false;
    hub_.tick();
  });
}

const Reactor* Reactor::current() noexcept { return this_threads_reactor; }

void Reactor::run() noexcept {
  this_threads_reactor = this;
  try {
    listener_.begin(
        [this](asio::ip::tcp::socket socket) { hub_.accept(std::make_shared<AsioWire>(std::move(socket))); },
        [this](const std::string& sentence) { hub_.log(LogLevel::warning, sentence); });
    await_wake();
    // What was emitted before the start: its time may have come.
    hub_.tick();
  } catch (const std::exception& error) {
    hub_.log(LogLevel::error, std::string("the reactor could not begin: ") + error.what());
    return;
  }
  while (!hub_.stopped()) {
    try {
      arm();
      io_.run_one();
      const auto stop = stop_ms_.load(std::memory_order_acquire);
      if (stop >= 0 && !hub_.stopping()) {
        listener_.close();
        hub_.begin_stop(clock_.now().steady + std::chrono::milliseconds(stop));
      }
    } catch (const std::exception& error) {
      hub_.log(LogLevel::error, std::string("the reactor goes on after: ") + error.what());
    } catch (...) {
      hub_.log(LogLevel::error, "the reactor goes on after an unknown exception");
    }
  }
}

}  // namespace pushwire::net
