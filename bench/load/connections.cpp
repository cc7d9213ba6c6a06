#include "load/connections.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <system_error>

#include "pacing/monotonic.hpp"

namespace pushwire::bench::load {
namespace {

constexpr int kEventsOfATurn = 512;
constexpr std::size_t kBufferBytes = std::size_t{256} << 10;

int pending_error(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

}  // namespace

Connections::Connections(const Options& options, Deliveries& deliveries, Answers& answers)
    : options_(options), slots_(options.connections), buffer_(kBufferBytes), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].conversation = make_conversation(options, i % options.sample_every == 0, deliveries, answers);
  }
}

Connections::~Connections() {
  const linger reset{1, 0};
  for (Slot& slot : slots_) {
    if (slot.socket >= 0) setsockopt(slot.socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    disconnect(slot);
  }
  close(epoll_);
}

void Connections::open_more() {
  while (begun_ < slots_.size() && begun_ - tally_.opened - tally_.failed < options_.concurrency) {
    connect(slots_[begun_++]);
  }
}

void Connections::turn(std::chrono::milliseconds most) {
  epoll_event events[kEventsOfATurn];
  const int ready = epoll_wait(epoll_, events, kEventsOfATurn, wait_ms(most));
  for (int i = 0; i < ready; ++i) {
    Slot& slot = slots_[events[i].data.u32];
    if (slot.state == State::connecting) {
      connected(slot);
    } else if (slot.socket >= 0) {
      readable(slot);
    }
  }
  end_rests();
}

int Connections::wait_ms(std::chrono::milliseconds most) const {
  const auto all = static_cast<std::uint64_t>(most.count());
  if (rests_.empty()) return static_cast<int>(all);
  const std::uint64_t now = monotonic_ns();
  const std::uint64_t until = rests_.front().until;
  return until <= now ? 0 : static_cast<int>(std::min(all, (until - now) / 1'000'000 + 1));
}

bool Connections::watch(Slot& slot, int operation, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u32 = static_cast<std::uint32_t>(&slot - slots_.data());
  return epoll_ctl(epoll_, operation, slot.socket, &event) == 0;
}

void Connections::connect(Slot& slot) {
  slot.state = State::connecting;
  slot.socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(slot.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options_.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool under_way =
      slot.socket >= 0 && (::connect(slot.socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
                           errno == EINPROGRESS);
  if (!under_way || !watch(slot, EPOLL_CTL_ADD, EPOLLOUT)) fail(slot, std::strerror(errno));
}

void Connections::connected(Slot& slot) {
  if (const int error = pending_error(slot.socket)) {
    fail(slot, std::strerror(error));
    return;
  }
  watch(slot, EPOLL_CTL_MOD, EPOLLIN);
  slot.state = State::talking;
  slot.conversation->begin(monotonic_ns(), out_);
  follow(slot, Verdict::go_on);
}

void Connections::readable(Slot& slot) {
  const ssize_t size = recv(slot.socket, buffer_.data(), buffer_.size(), 0);
  if (size < 0) {
    if (errno != EAGAIN && errno != EINTR) fail(slot, std::strerror(errno));
    return;
  }
  Conversation& conversation = *slot.conversation;
  const std::uint64_t now = conversation.timed() || options_.polls() ? monotonic_ns() : 0;
  follow(slot, size == 0 ? conversation.end(now)
                         : conversation.receive({buffer_.data(), static_cast<std::size_t>(size)}, now, out_));
}

void Connections::follow(Slot& slot, Verdict verdict) {
  if (!slot.was_open && slot.conversation->open()) {
    slot.was_open = true;
    ++tally_.opened;
  }
  if (!out_.empty()) send(slot);
  if (slot.socket < 0) return;
  switch (verdict) {
    case Verdict::go_on: break;
    case Verdict::pause: rest(slot); break;
    case Verdict::reconnect:
      disconnect(slot);
      ++tally_.reconnects;
      rest(slot);
      break;
    case Verdict::close: end(slot); break;
    case Verdict::fail: fail(slot, slot.conversation->fault()); break;
  }
}

void Connections::send(Slot& slot) {
  // Requests are small and there is one at a time: they fit the socket, or the server has stopped reading.
  const ssize_t sent = ::send(slot.socket, out_.data(), out_.size(), MSG_NOSIGNAL);
  const bool whole = sent == static_cast<ssize_t>(out_.size());
  out_.clear();
  if (!whole) fail(slot, sent < 0 ? std::strerror(errno) : "the server does not read");
}

void Connections::rest(Slot& slot) {
  if (slot.state == State::resting) return;  // its connection ended meanwhile
  slot.state = State::resting;
  const auto pause = static_cast<std::uint64_t>(options_.pause() * 1e9);
  rests_.push_back({monotonic_ns() + pause, static_cast<std::size_t>(&slot - slots_.data())});
}

void Connections::end_rests() {
  if (rests_.empty()) return;
  const std::uint64_t now = monotonic_ns();
  while (!rests_.empty() && rests_.front().until <= now) {
    Slot& slot = slots_[rests_.front().slot];
    rests_.pop_front();
    if (slot.state != State::resting) continue;
    if (slot.socket < 0) {
      connect(slot);
      continue;
    }
    slot.state = State::talking;
    slot.conversation->ask(now, out_);
    follow(slot, Verdict::go_on);
  }
}

void Connections::disconnect(Slot& slot) {
  if (slot.socket >= 0) close(slot.socket);
  slot.socket = -1;
}

void Connections::end(Slot& slot) {
  disconnect(slot);
  slot.state = State::over;
  if (slot.was_open) {
    ++tally_.closed_early;
  } else {
    ++tally_.failed;
  }
}

void Connections::fail(Slot& slot, const std::string& why) {
  // One tells of all: they mostly fail for the same reason.
  if (tally_.errors++ == 0) std::cerr << "pushwire-bench-load: " << why << '\n';
  end(slot);
}

std::size_t Connections::behind() const {
  std::uint64_t farthest = 0;
  for (const Slot& slot : slots_) farthest = std::max(farthest, slot.conversation->last());
  return static_cast<std::size_t>(std::count_if(
      slots_.begin(), slots_.end(), [farthest](const Slot& slot) { return slot.conversation->last() < farthest; }));
}

}  // namespace pushwire::bench::load
