#include "tools/ws_echo/echo_server.hpp"

#include <asio/post.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>
#include <system_error>
#include <utility>

#include "net/socket_wire.hpp"
#include "tools/ws_echo/any_path.hpp"
#include "tools/ws_echo/echo_transport.hpp"

namespace pushwire::tools {
namespace {

constexpr Epoch kEpoch{'w', 's', '-', 'e', 'c', 'h', 'o', '1'};
constexpr std::chrono::seconds kStopTime{1};

void complain(LogLevel /*level*/, std::string_view line) {
  std::fprintf(stderr, "pushwire-ws-echo: %.*s\n", static_cast<int>(line.size()), line.data());
}

}  // namespace

class EchoServer::NoPages final : public net::Responder {
 public:
  std::optional<net::Response> respond(const Request&, const session::IdentityPtr&) override { return std::nullopt; }
};

EchoServer::EchoServer(const std::string& address, std::uint16_t port)
    : signals_(io_, SIGTERM, SIGINT),
      timer_(io_),
      listener_(io_, address, port),
      poller_(io_),
      core_(Core::make(kEpoch, {})),
      transports_{make_echo_transport(kMessageBytes)},
      pages_(std::make_unique<NoPages>()),
      hub_(settings(), {core_->log, core_->watchers, core_->clock, transports_, *pages_, core_->sessions, counters_,
                        core_->mailbox}) {
  listener_.begin(
      [this](int descriptor, const std::string& /*peer*/) {
        hub_.accept(std::make_shared<AnyPath>(std::make_shared<net::SocketWire>(poller_, descriptor)));
      },
      [](const std::string& sentence) { complain(LogLevel::warning, sentence); });
  signals_.async_wait([this](std::error_code error, int) {
    if (error) return;
    listener_.close();
    hub_.begin_stop(core_->clock.now().steady + kStopTime);
  });
}

net::HubSettings EchoServer::settings() {
  net::HubSettings settings;
  settings.limits.message_bytes = kMessageBytes;
  settings.base_path.clear();  // with the transport's empty name, its path is "/"
  settings.logbook = std::make_shared<net::Logbook>(complain, LogLevel::warning, core_->clock);
  settings.want_turn = [this] {
    if (turn_posted_) return;
    turn_posted_ = true;
    asio::post(io_, [this] {
      turn_posted_ = false;
      hub_.turn();
      hub_.reap();
    });
  };
  return settings;
}

void EchoServer::arm() {
  const auto next = hub_.next_deadline();
  if (!next || (armed_ && *armed_ <= *next)) return;  // an earlier time than needed may stay
  armed_ = next;
  timer_.expires_at(*next);
  timer_.async_wait([this](std::error_code error) {
    if (error) return;
    armed_.reset();
    hub_.tick();
  });
}

void EchoServer::run() {
  while (!hub_.stopped()) {
    if (!hub_.stopping()) listener_.resume();
    poller_.resume();
    arm();
    io_.run_one();
  }
}

}  // namespace pushwire::tools
