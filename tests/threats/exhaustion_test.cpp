// Clients that want the server to run out of something: memory, descriptors, time. It does not, and serves the others.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <string>
#include <system_error>
#include <vector>

#include "pushwire/server.hpp"
#include "server/event_source.hpp"
#include "server/eventually.hpp"
#include "server/process_figures.hpp"
#include "server/talking.hpp"
#include "threats/doors.hpp"

namespace pushwire {
namespace {

constexpr int kMany = kSanitized ? 1500 : 10'000;

class Exhaustion : public testing::Test {
 protected:
  void start(const Limits& limits = {}) {
    server = std::make_unique<Server>(Options{}
                                          .limits(limits)
                                          .stop_timeout(std::chrono::milliseconds(50))
                                          .heartbeat(std::chrono::seconds(300))
                                          .log(nullptr));
    log = server->event<std::string>("log", history(64));
    server->start();
  }
  bool quiet() {
    return eventually([&] { return server->stats().connections == 0; });
  }
  // Sends `begin`, then `piece` again and again, until the server answers or cuts the connection.
  std::vector<int> pour(const std::string& begin, const std::string& piece, std::size_t most) {
    Socket socket(server->port());
    // Not so much on its way that the answer is lost when the server has taken enough of it.
    const int little = 16 * 1024;
    ::setsockopt(socket.descriptor(), SOL_SOCKET, SO_SNDBUF, &little, sizeof little);
    socket.send(begin);
    try {
      for (std::size_t sent = 0; sent < most && !socket.readable_within(std::chrono::milliseconds(0));
           sent += piece.size()) {
        socket.send(piece);
      }
      while (socket.receive()) {
      }
    } catch (const std::system_error&) {  // cut
    }
    return statuses(socket.buffer());
  }

  std::unique_ptr<Server> server;
  EventType<std::string> log;
};

TEST_F(Exhaustion, heads_that_grow_are_refused_before_they_end) {
  start();
  const std::size_t before = resident_kib();
  const std::string line = "GET /pushwire/poll HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  std::string fields;
  for (int i = 0; i < 200; ++i) fields += "X: y\r\n";
  constexpr std::size_t kMuch = 42u << 20;
  EXPECT_EQ(pour(line, fields, 20'000 * 6), std::vector<int>{431});
  EXPECT_EQ(pour(line + "X: ", std::string(8192, 'x'), kMuch), std::vector<int>{431});
  EXPECT_EQ(pour(line, std::string(8192, 'x'), kMuch), std::vector<int>{431}) << "a name without end";
  EXPECT_EQ(pour("GET /", std::string(4096, 'x'), kMuch), std::vector<int>{414});
  EXPECT_EQ(pour("GET / HTTP/1.1", std::string(4096, '1'), kMuch), std::vector<int>{400});
  EXPECT_EQ(pour("X", std::string(4096, 'X'), kMuch), std::vector<int>{501});
  EXPECT_EQ(pour("\r\n", std::string("\r\n\r\n"), kMuch), std::vector<int>{400});
  const std::string post = "POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(pour(post + "1;", std::string(8192, 'x'), kMuch), std::vector<int>{431}) << "a chunk's extension";
  EXPECT_EQ(pour(post + "0\r\nX: ", std::string(8192, 'x'), kMuch), std::vector<int>{431}) << "a trailer";
  EXPECT_EQ(pour(post, "1000\r\n" + std::string(4096, 'x') + "\r\n", kMuch), std::vector<int>{413});
  if (!kSanitized) {
    EXPECT_LT(resident_kib(), before + 4096);
  }
  EXPECT_EQ(server->stats().refusals[431], 5u);
}

TEST_F(Exhaustion, requests_that_do_not_go_on_and_connections_that_do_nothing_are_ended_and_counted) {
  Limits limits;
  limits.header_timeout = limits.body_timeout = limits.keep_alive_timeout = std::chrono::milliseconds(100);
  start(limits);
  Socket idle(server->port()), head(server->port()), body(server->port());
  head.send("GET /pushwire/poll HTTP/1.1\r\n");
  body.send("POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\nx");
  EXPECT_FALSE(idle.receive());
  EXPECT_TRUE(eventually([&] {
    const Stats stats = server->stats();
    return stats.timed_out_idle == 1 && stats.timed_out_heads == 1 && stats.timed_out_bodies == 1;
  }));
  EXPECT_EQ(server->stats().refusals[408], 2u);
}

TEST_F(Exhaustion, a_head_that_trickles_has_no_more_time_than_one_that_stops) {
  Limits limits;
  limits.header_timeout = std::chrono::milliseconds(300);
  start(limits);
  Socket socket(server->port());
  socket.send("GET /pushwire/poll HTTP/1.1\r\n");
  const auto end = std::chrono::steady_clock::now() + kDeadline;
  while (!socket.readable_within(std::chrono::milliseconds(20))) {
    ASSERT_LT(std::chrono::steady_clock::now(), end) << "it is kept alive by single bytes";
    socket.send("X");
  }
  EXPECT_EQ(read_head(socket).status, 408);
}

TEST_F(Exhaustion, clients_that_vanish_at_any_moment_leave_nothing) {
  start();
  get(server->port(), "/pushwire/poll");
  ASSERT_TRUE(quiet());
  const std::size_t descriptors_before = descriptors();
  const std::size_t before = resident_kib();
  const Door websocket = kDoors[0], sse = kDoors[1], held = kDoors[2], send = kDoors[5];
  const std::string message = knock(send);
  const std::string partings[] = {"",
                                  "GET /pu",
                                  message,
                                  message.substr(0, message.size() - 5),
                                  knock(websocket),
                                  knock(websocket) + "\x81",
                                  knock(sse),
                                  knock(held, {}, "/pushwire/long-poll?after=latest"),
                                  "GET /pushwire/poll HTTP/2.0\r\n\r\n"};
  for (int i = 0; i < kMany; ++i) {
    Socket socket(server->port());
    socket.send(partings[static_cast<std::size_t>(i) % std::size(partings)]);
    switch (i % 3) {
      case 0: socket.abort(); break;
      case 1: socket.close(); break;
      default: socket.finish(); break;  // and then closed with bytes unread
    }
    if (i % 500 == 0) {
      EXPECT_EQ(get(server->port(), "/pushwire/poll").status, 200);
    }
  }
  EXPECT_TRUE(quiet());
  EXPECT_TRUE(eventually([&] { return descriptors() == descriptors_before; }));
  if (!kSanitized) {
    EXPECT_LT(resident_kib(), before + 16 * 1024);
  }
  for (const auto& [transport, open] : server->stats().conversations) EXPECT_EQ(open, 0u) << transport;
}

TEST_F(Exhaustion, requests_that_are_refused_leave_nothing) {
  start();
  const auto ask = [&](int i) {
    static const HttpFields kBad[] = {{{"Host", "[::1"}},
                                      {{"Host", "evil.example"}},
                                      {{"Host", ""}},
                                      {{"Origin", "http://["}},
                                      {{"Origin", "\xff\xff"}},
                                      {{"Origin", "null"}},
                                      {{"Host", "127.0.0.1:99999999"}}};
    return statuses(all_answers(server->port(), request_text("/pushwire/poll?x=" + std::to_string(i),
                                                             kBad[static_cast<std::size_t>(i) % std::size(kBad)])));
  };
  for (int i = 0; i < 500; ++i) ask(i);
  const std::size_t before = resident_kib();
  for (int i = 0; i < kMany; ++i) ASSERT_EQ(ask(i).size(), 1u);
  if (!kSanitized) {
    EXPECT_LT(resident_kib(), before + 1024);
  }
  EXPECT_EQ(get(server->port(), "/pushwire/poll").status, 200);
}

TEST_F(Exhaustion, bodies_that_do_not_end_are_bounded_together) {
  Limits limits;
  limits.body_bytes = 64 * 1024;
  limits.body_bytes_total = 256 * 1024;
  start(limits);
  server->on("echo", [](const std::string& text) { return text; });
  const std::string head = "POST /pushwire/send HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ";
  const std::string most(60'000, 'x');
  std::vector<Socket> sockets;
  for (int i = 0; i < 10; ++i) {
    sockets.emplace_back(server->port());
    sockets.back().send(head + "65536\r\n\r\n" + most);
  }
  const auto answered = [](Socket& socket) { return socket.readable_within(std::chrono::milliseconds(0)); };
  EXPECT_TRUE(eventually([&] { return std::count_if(sockets.begin(), sockets.end(), answered) >= 6; }));
  EXPECT_GE(server->stats().refused_bodies, 6u);
  int refused = 0;
  for (Socket& socket : sockets) {
    if (!answered(socket)) continue;
    const HttpAnswer answer = read_head(socket);
    EXPECT_EQ(answer.status, 503);
    EXPECT_NE(answer.field("Retry-After"), "");
    ++refused;
  }
  EXPECT_GE(refused, 6);
  const std::string said = request_frame(1, "echo", "\"hello\"");
  EXPECT_EQ(post(server->port(), new_session(server->port()), '[' + said + ']').status, 200)
      << "small ones get through";
  sockets.clear();
  EXPECT_TRUE(quiet());
  Socket again(server->port());
  again.send(head + "60000\r\n\r\n" + most);
  EXPECT_EQ(read_head(again).status, 415) << "it has been read";
}

TEST_F(Exhaustion, fifty_clients_that_never_read_take_no_more_than_their_share) {
  start();
  WebSocketPeer good(server->port());
  good.next(), good.next();
  std::vector<Socket> stalled;
  for (int i = 0; i < 50; ++i) {
    stalled.emplace_back(server->port(), 4096);
    stalled.back().send(knock(kDoors[i % 2]));
  }
  ASSERT_TRUE(eventually([&] { return server->stats().requests == 51; }));
  constexpr int kEvents = kSanitized ? 4000 : 40'000;
  constexpr int kAtOnce = 32;
  std::size_t before = 0;
  for (int i = 0; i < kEvents; i += kAtOnce) {
    for (int k = 0; k < kAtOnce; ++k) log.emit(std::string(1024, 'x'));
    for (int k = 0; k < kAtOnce; ++k) ASSERT_GT(good.next_frame().payload.size(), 1024u);
    if (i == kEvents / 4 / kAtOnce * kAtOnce) before = resident_kib();
  }
  if (!kSanitized) {
    EXPECT_LT(resident_kib(), before + 2048) << "it grows with the events";
  }
  EXPECT_EQ(server->stats().gaps, 0u) << "the good client has missed something";
}

}  // namespace
}  // namespace pushwire
