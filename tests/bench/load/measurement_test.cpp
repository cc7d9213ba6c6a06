// Whole runs against small servers, each a process of its own.
#include "load/measurement.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <string>

#include "limit/sender.hpp"
#include "limit/server.hpp"
#include "load/report.hpp"
#include "pacing/start_signal.hpp"

namespace pushwire::bench::load {
namespace {

// Runs `serve` in a process that ends with this object.
class Process {
 public:
  template <class Serve>
  explicit Process(Serve serve) : id_(fork()) {
    if (id_ == 0) {
      alarm(60);  // should nobody be left to end it
      serve();
      _exit(0);
    }
  }
  ~Process() {
    kill(id_, SIGKILL);
    waitpid(id_, nullptr, 0);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t id() const { return id_; }

 private:
  pid_t id_;
};

// Listens on any port, and answers one request on each connection.
class Answerer {
 public:
  Answerer() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 64), 0);
    EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~Answerer() { close(listener_); }
  Answerer(const Answerer&) = delete;
  Answerer& operator=(const Answerer&) = delete;

  std::uint16_t port() const { return port_; }
  void answer_all(const std::string& answer) const {
    for (int client = 0; (client = accept(listener_, nullptr, nullptr)) >= 0; close(client)) {
      char request[4096];
      if (recv(client, request, sizeof request, 0) > 0) send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }

 private:
  int listener_;
  std::uint16_t port_ = 0;
};

class RunTest : public testing::Test {
 protected:
  RunTest() {
    options_.connections = 20;
    options_.settle = 0.05;
    options_.quiet = 0.3;
  }

  Options options_;
};

TEST_F(RunTest, every_event_of_a_broadcast_is_counted_on_every_connection) {
  for (const Transport transport : {Transport::websocket, Transport::sse}) {
    expect_start_signal();
    Pace pace;
    pace.period = std::chrono::milliseconds{5};
    pace.duration = std::chrono::milliseconds{100};
    const auto sender = limit::plain_sender();
    limit::Server server(0, pace, *sender);
    const Process process([&server] { server.run(); });
    options_.transport = transport;
    options_.path = transport == Transport::sse ? "/sse" : "/";
    options_.port = server.port();
    options_.start = options_.server = process.id();
    const Outcome outcome = measure(options_);
    EXPECT_EQ(outcome.connections.opened, 20U);
    EXPECT_EQ(outcome.messages, 20U * 20U);
    EXPECT_EQ(outcome.samples, 2U * 20U);
    EXPECT_EQ(outcome.behind, 0U);
    EXPECT_GT(outcome.end.rss_kb, 0);
    EXPECT_TRUE(is_clean(options_, outcome)) << report(options_, outcome);
  }
}

TEST_F(RunTest, polls_connect_again_where_the_server_closes) {
  const Answerer answerer;
  const Process process(
      [&answerer] { answerer.answer_all("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"); });
  options_.transport = Transport::poll;
  options_.port = answerer.port();
  options_.throughput = 0.1;
  const Outcome outcome = measure(options_);
  EXPECT_GT(outcome.answers.answers, 0U);
  EXPECT_GT(outcome.connections.reconnects, 0U);
  EXPECT_EQ(outcome.connections.errors, 0U);
  EXPECT_TRUE(is_clean(options_, outcome)) << report(options_, outcome);
}

TEST_F(RunTest, a_server_that_speaks_nonsense_is_an_error_and_ends_it) {
  const Answerer answerer;
  const Process process([&answerer] { answerer.answer_all("nonsense\r\n\r\n"); });
  options_.port = answerer.port();
  const Outcome outcome = measure(options_);
  EXPECT_EQ(outcome.connections.failed, 20U);
  EXPECT_EQ(outcome.connections.errors, 20U);
  EXPECT_FALSE(is_clean(options_, outcome));
}

TEST_F(RunTest, where_nobody_listens_every_connection_fails) {
  { options_.port = Answerer().port(); }
  const Outcome outcome = measure(options_);
  EXPECT_EQ(outcome.connections.failed, 20U);
  EXPECT_FALSE(is_clean(options_, outcome));
}

}  // namespace
}  // namespace pushwire::bench::load
