#include "net/reactor.hpp"

#include <fcntl.h>

#include <asio/post.hpp>
#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>

#include "net/socket_wire.hpp"

namespace pushwire::net {

namespace {

// Errors that come again at once, such as memory that has run out, must not spin.
constexpr std::chrono::milliseconds kAfterError{10};

thread_local const Reactor* this_threads_reactor = nullptr;

int duplicate(int descriptor) {
  const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw std::system_error(errno, std::generic_category(), "pushwire: fcntl");
  return copy;
}

HubSettings complete(HubSettings settings, std::uint16_t port, std::function<void()> want_turn) {
  settings.port = port;
  settings.ring = SendRing::open();
  settings.want_turn = std::move(want_turn);
  return settings;
}

}  // namespace

Reactor::Reactor(HubSettings settings, HubParts parts, Waker& waker, const std::string& address, std::uint16_t port)
    : io_(1),
      wake_(io_, duplicate(waker.descriptor())),
      timer_(io_),
      listener_(io_, address, port),
      poller_(io_),
      tls_(settings.tls),
      later_([this](std::function<void()> task) { asio::post(io_, std::move(task)); }),
      waker_(waker),
      clock_(parts.clock),
      hub_(complete(std::move(settings), listener_.port(),
                    [this] {
                      if (turn_posted_) return;
                      asio::post(io_, [this] {
                        turn_posted_ = false;
                        hub_.turn();
                        hub_.reap();
                      });
                      turn_posted_ = true;
                    }),
           parts) {
  listener_.begin(
      [this](int descriptor, const std::string& peer) {
        std::shared_ptr<Wire> wire = std::make_shared<SocketWire>(poller_, descriptor);
        if (tls_) wire = tls_->wrap(std::move(wire), later_);
        hub_.accept(std::move(wire), peer);
      },
      [this](const std::string& sentence) {
        Counters::add(hub_.counters().accept_pauses);
        hub_.log(LogLevel::warning, sentence);
      });
}

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
  if (awaits_wake_) return;
  wake_.async_wait(asio::posix::stream_descriptor::wait_read, [this](std::error_code error) {
    awaits_wake_ = false;
    if (error) return;
    waker_.clear();
    hub_.turn();
    hub_.reap();
  });
  awaits_wake_ = true;
}

// Waits for the hub's next deadline, if it has one: no timer is armed for nothing.
void Reactor::arm() {
  // Said before the look at the log: who appends in between finds that nobody will look, and wakes us.
  waker_.will_look(Steady::max());
  std::atomic_thread_fence(std::memory_order_seq_cst);
  const auto next = hub_.next_deadline();
  if (!next) {
    if (is_armed_) timer_.cancel();
    is_armed_ = false;
    return;
  }
  if (!is_armed_ || *next < armed_) {  // an earlier one than needed may stay: it looks again then
    timer_.expires_at(*next);
    timer_.async_wait([this](std::error_code error) {
      if (error) return;
      is_armed_ = false;
      hub_.tick();
    });
    armed_ = *next;
    is_armed_ = true;
  }
  waker_.will_look(armed_);
}

const Reactor* Reactor::current() noexcept { return this_threads_reactor; }

// One handler, and what must stand before it: whatever was thrown in the last step, everything is awaited again.
void Reactor::step() {
  await_wake();
  listener_.resume();
  poller_.resume();
  if (hub_.wants_turn() && !turn_posted_) hub_.turn();
  arm();
  io_.run_one();
  const auto stop = stop_ms_.load(std::memory_order_acquire);
  if (stop >= 0 && !hub_.stopping()) {
    listener_.close();
    hub_.begin_stop(clock_.now().steady + std::chrono::milliseconds(stop));
  }
}

void Reactor::run() noexcept {
  this_threads_reactor = this;
  bool ticked = false;
  while (!hub_.stopped()) {
    try {
      // What was emitted before the start: its time may have come.
      if (!ticked) hub_.tick();
      ticked = true;
      step();
    } catch (const std::exception& error) {
      hub_.complain("the reactor goes on after an error", error.what());
      std::this_thread::sleep_for(kAfterError);
    } catch (...) {
      hub_.complain("the reactor goes on after an error", "unknown exception");
      std::this_thread::sleep_for(kAfterError);
    }
  }
  waker_.will_look(Steady::max());
}

}  // namespace pushwire::net
