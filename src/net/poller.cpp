#include "net/poller.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <asio/post.hpp>
#include <cerrno>
#include <system_error>

#include "net/socket_wire.hpp"

namespace pushwire::net {

namespace {

constexpr std::size_t kEvents = 128;  // events taken in one go, so that the other work of the thread has its turn

int open_epoll() {
  const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "pushwire: epoll_create1");
  return descriptor;
}

void control(int epoll, int operation, int descriptor, std::uint32_t events, SocketWire& wire) {
  epoll_event event{};
  event.events = events | EPOLLET;
  event.data.ptr = &wire;
  if (::epoll_ctl(epoll, operation, descriptor, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "pushwire: epoll_ctl");
  }
}

}  // namespace

Poller::Poller(asio::io_context& io) : io_(io), epoll_(io, open_epoll()) {}

void Poller::add(SocketWire& wire, int descriptor) {
  control(epoll_.native_handle(), EPOLL_CTL_ADD, descriptor, EPOLLIN | EPOLLRDHUP, wire);
}

void Poller::add_writing(SocketWire& wire, int descriptor) {
  control(epoll_.native_handle(), EPOLL_CTL_MOD, descriptor, EPOLLIN | EPOLLRDHUP | EPOLLOUT, wire);
}

void Poller::remove(SocketWire& wire, int descriptor) noexcept {
  // Closing alone would not do: a child process that has the descriptor too, between fork and exec, keeps it in the set.
  ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, descriptor, nullptr);
  if (!wire.queued_) return;
  wire.queued_ = false;
  std::replace(queue_.begin(), queue_.end(), &wire, static_cast<SocketWire*>(nullptr));
}

void Poller::enqueue(SocketWire& wire) {
  if (wire.queued_) return;
  queue_.push_back(&wire);
  wire.queued_ = true;
  post();
}

void Poller::resume() {
  if (!queue_.empty() || more_) post();
  if (waiting_) return;
  epoll_.async_wait(asio::posix::stream_descriptor::wait_read, [this](std::error_code error) {
    waiting_ = false;
    if (error) return;
    collect();
    dispatch();
    resume();
  });
  waiting_ = true;
}

// For what no event of the epoll instance will tell of.
void Poller::post() {
  if (posted_) return;
  asio::post(io_, [this] {
    posted_ = false;
    if (more_) collect();
    dispatch();
    resume();
  });
  posted_ = true;
}

void Poller::collect() {
  std::array<epoll_event, kEvents> events;
  const int count = ::epoll_wait(epoll_.native_handle(), events.data(), static_cast<int>(events.size()), 0);
  more_ = count == static_cast<int>(events.size());
  for (int i = 0; i < count; ++i) {
    auto& wire = *static_cast<SocketWire*>(events[static_cast<std::size_t>(i)].data.ptr);
    wire.became(events[static_cast<std::size_t>(i)].events);
    if (!wire.is_due() || wire.queued_) continue;
    queue_.push_back(&wire);
    wire.queued_ = true;
  }
}

// Those that are queued by now; whoever is queued meanwhile comes the next time.
void Poller::dispatch() {
  for (std::size_t left = queue_.size(); left > 0; --left) {
    SocketWire* const wire = queue_.front();
    queue_.pop_front();
    if (wire == nullptr) continue;
    wire->queued_ = false;
    wire->tell();
  }
}

}  // namespace pushwire::net
