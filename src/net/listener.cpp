#include "net/listener.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "net/address_literal.hpp"

namespace pushwire::net {

namespace {

constexpr int kBatch = 64;  // accepted in one go, so that a storm of connections does not starve the others
constexpr std::chrono::milliseconds kPause{200};  // when descriptors have run out
constexpr int kUserTimeoutMs = 60'000;            // a peer that acknowledges nothing for so long is gone
// What the kernel takes ahead of the network for one connection. Without a limit it takes megabytes and says that there
// is room again only when a third is gone: a slow client would seem to take nothing, and get states that are long old.
constexpr int kUnsentBytes = 128 * 1024;

void set(int descriptor, int level, int option, int value) noexcept {
  ::setsockopt(descriptor, level, option, &value, sizeof value);
}

}  // namespace

Listener::Listener(asio::io_context& io, const std::string& address, std::uint16_t port) : acceptor_(io), pause_(io) {
  std::error_code error;
  const auto parsed = asio::ip::make_address(address, error);
  if (error) throw std::invalid_argument("pushwire: \"" + address + "\" is not an IP address");
  const asio::ip::tcp::endpoint endpoint(parsed, port);
  const auto fail = [&](const char* step) {
    const std::string place = (parsed.is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(port);
    throw std::system_error(errno, std::generic_category(), std::string("pushwire: cannot ") + step + " " + place);
  };
  const int descriptor =
      ::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (descriptor < 0) fail("open a socket for");
  acceptor_.assign(endpoint.protocol(), descriptor);
  // Lets a restart have the port while old connections time out. Two listeners on one port stay impossible: never
  // SO_REUSEPORT.
  set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
  // Connections have these from the socket that accepts them.
  set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  set(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, kUserTimeoutMs);
  set(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, kUnsentBytes);
  if (::bind(descriptor, endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0) fail("listen on");
  if (::listen(descriptor, 4096) != 0) fail("listen on");
  port_ = acceptor_.local_endpoint().port();
}

void Listener::begin(Accepted accepted, Complaint complaint) {
  accepted_ = std::move(accepted);
  complaint_ = std::move(complaint);
}

void Listener::close() noexcept {
  std::error_code ignored;
  acceptor_.close(ignored);
  try {
    pause_.cancel();
  } catch (...) {  // nothing was waiting
  }
}

void Listener::resume() {
  if (waiting_ || !acceptor_.is_open()) return;
  acceptor_.async_wait(asio::ip::tcp::acceptor::wait_read, [this](std::error_code error) {
    waiting_ = false;
    if (!error) accept_all();
  });
  waiting_ = true;
}

void Listener::accept_all() {
  for (int i = 0; i < kBatch; ++i) {
    asio::ip::tcp::endpoint peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    const int descriptor = ::accept4(acceptor_.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) {
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        // The waiting connection stays readable: asking again at once would spin until somebody closes one.
        if (!complained_) complaint_(std::string("accepting pauses: ") + std::generic_category().message(errno));
        complained_ = true;
        pause_.expires_after(kPause);
        pause_.async_wait([this](std::error_code error) {
          waiting_ = false;
          if (!error) accept_all();
        });
        waiting_ = true;
        return;
      }
      continue;  // the peer has gone again, or the like: the next may be good
    }
    complained_ = false;
    peer.resize(size);
    accepted_(descriptor, address_literal(peer.address()));
  }
  resume();
}

}  // namespace pushwire::net
