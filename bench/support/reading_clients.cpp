#include "reading_clients.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "server/process_figures.hpp"

namespace pushwire::bench {

namespace {

constexpr int kAnswerMs = 10'000;
constexpr std::size_t kReadBytes = 256 * 1024;

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error(std::string("a client cannot ") + what + ": " + std::strerror(errno));
}

}  // namespace

ReadingClients::ReadingClients(std::uint16_t port, const std::string& request, std::size_t count)
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), end_(::eventfd(0, EFD_CLOEXEC)) {
  allow_descriptors(2 * count + 100);  // both ends are in this process
  epoll_event until{};
  until.events = EPOLLIN;
  until.data.fd = end_;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, end_, &until);
  for (std::size_t i = 0; i < count; ++i) open(port, request);
  for (const int socket : sockets_) await_answer(socket);
  thread_ = std::thread([this] { read_on(); });
}

ReadingClients::~ReadingClients() {
  const std::uint64_t one = 1;
  if (::write(end_, &one, sizeof one) > 0 && thread_.joinable()) thread_.join();
  for (const int socket : sockets_) ::close(socket);
  ::close(end_);
  ::close(epoll_);
}

void ReadingClients::open(std::uint16_t port, const std::string& request) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) fail("be made");
  sockets_.push_back(socket);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) fail("connect");
  const auto sent = ::send(socket, request.data(), request.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(request.size())) fail("ask");
  epoll_event readable{};
  readable.events = EPOLLIN;
  readable.data.fd = socket;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &readable) != 0) fail("be watched");
}

void ReadingClients::await_answer(int socket) {
  pollfd readable{socket, POLLIN, 0};
  if (::poll(&readable, 1, kAnswerMs) != 1) throw std::runtime_error("a client was not answered");
}

void ReadingClients::read_on() noexcept {
  const auto into = std::make_unique<char[]>(kReadBytes);
  std::array<epoll_event, 256> ready{};
  for (;;) {
    const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int socket = ready[static_cast<std::size_t>(i)].data.fd;
      if (socket == end_) return;
      const auto got = ::recv(socket, into.get(), kReadBytes, MSG_DONTWAIT);
      if (got > 0) bytes_.fetch_add(static_cast<std::uint64_t>(got), std::memory_order_relaxed);
      else if (got == 0) ::epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr);
    }
  }
}

}  // namespace pushwire::bench
