#include "limit/server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <system_error>

#include "pacing/monotonic.hpp"
#include "pacing/start_signal.hpp"

namespace pushwire::bench::limit {
namespace {

using std::chrono::nanoseconds;

constexpr int kBacklog = 4096;
constexpr int kEvents = 256;
constexpr std::size_t kHeadBytes = 16 * 1024;
constexpr std::chrono::microseconds kFullSockets{200};
constexpr std::chrono::hours kNoNeed{1};

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

void watch(int epoll, int socket) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = socket;
  checked(epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event), "epoll_ctl");
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool say(int socket, const std::string& text) {
  return text.empty() || send(socket, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

}  // namespace

Server::Server(std::uint16_t port, const Pace& pace, Sender& sender, std::size_t envelope)
    : pace_(pace), pacer_(pace), broadcast_(sender, subscribers_, envelope) {
  if (!pace.counter.empty()) delivered_.watch(pace.counter);
  epoll_ = checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  listener_ = checked(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  const int on = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = loopback(port);
  const std::string place = "port " + std::to_string(port);
  checked(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), place.c_str());
  checked(listen(listener_, kBacklog), place.c_str());
  watch(epoll_, listener_);
}

Server::~Server() {
  for (const Format format : kFormats) {
    for (const int socket : subscribers_.of(format)) close(socket);
  }
  for (const auto& [socket, head] : heads_) close(socket);
  if (listener_ >= 0) close(listener_);
  if (epoll_ >= 0) close(epoll_);
}

std::uint16_t Server::port() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  checked(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  return ntohs(address.sin_port);
}

void Server::run() {
  for (nanoseconds wait{0};; wait = emit()) turn(wait);
}

nanoseconds Server::emit() {
  if (pace_.idle) return kNoNeed;
  if (!start_signal_given()) return kStartLookup;
  if (!broadcast_.send_rest()) return kFullSockets;
  const std::uint64_t due = pacer_.due(monotonic_ns(), delivered_.get());
  if (due > 0) {
    broadcast_.send(pacer_, std::min(due, Broadcast::kMaxBatch));
    for (const int socket : subscribers_.remove_all(Format::long_poll)) heads_[socket];  // they ask again
  }
  return pacer_.wait(monotonic_ns(), due);
}

void Server::turn(nanoseconds most) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(most);
  timespec timeout{};
  timeout.tv_sec = static_cast<time_t>(whole.count());
  timeout.tv_nsec = static_cast<long>((most - whole).count());
  epoll_event events[kEvents];
  const int ready = epoll_pwait2(epoll_, events, kEvents, &timeout, nullptr);
  for (int i = 0; i < ready; ++i) {
    const int socket = events[i].data.fd;
    if (socket == listener_) {
      accept_all();
    } else {
      read(socket);
    }
  }
}

void Server::accept_all() {
  for (;;) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) {
      // With none left to give, it would be asked for again and again.
      if (errno == EMFILE || errno == ENFILE) throw std::system_error(errno, std::generic_category(), "accept");
      return;
    }
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    heads_[socket];
    watch(epoll_, socket);
  }
}

void Server::read(int socket) {
  char buffer[4096];
  const ssize_t size = recv(socket, buffer, sizeof buffer, 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0) {
    close_socket(socket);
    return;
  }
  if (subscribers_.contains(socket)) return;  // nothing that a subscriber says matters
  std::string& head = heads_[socket];
  head.append(buffer, static_cast<std::size_t>(size));
  const bool complete = head.find("\r\n\r\n") != std::string::npos;
  if (!complete && head.size() < kHeadBytes) return;
  const auto opening = complete ? open_stream(head) : std::nullopt;
  const bool opened = opening && say(socket, opening->answer);
  if (!opened) {
    close_socket(socket);
    return;
  }
  heads_.erase(socket);
  subscribers_.add(socket, opening->format);
}

void Server::close_socket(int socket) {
  broadcast_.forget(socket);
  subscribers_.remove(socket);
  heads_.erase(socket);
  close(socket);
}

}  // namespace pushwire::bench::limit
