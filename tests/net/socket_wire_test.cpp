// Real sockets on loopback, in one thread: what a wire is told, and when.
#include "net/socket_wire.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "net/listener.hpp"
#include "net/poller.hpp"

namespace pushwire::net {
namespace {

using asio::ip::tcp;

class Told final : public Wire::Observer {
 public:
  void on_readable() override {
    ++readable;
    if (then) std::exchange(then, nullptr)();
  }
  void on_writable() override {
    ++writable;
    if (then) std::exchange(then, nullptr)();
  }
  int readable = 0;
  int writable = 0;
  std::function<void()> then;
};

class SocketWireTest : public testing::Test {
 protected:
  struct Pair {
    std::unique_ptr<SocketWire> wire;
    tcp::socket peer;
  };
  // A wire and the socket at its other end.
  Pair connect() {
    tcp::socket peer(io_);
    peer.connect(acceptor_.local_endpoint());
    tcp::socket accepted = acceptor_.accept();
    accepted.non_blocking(true);
    return {std::make_unique<SocketWire>(poller_, accepted.release()), std::move(peer)};
  }

  template <class Condition>
  bool run_until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(25);
    while (!condition()) {
      if (std::chrono::steady_clock::now() >= end) return false;
      poller_.resume();
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(10));
    }
    return true;
  }
  // Everything that is due by now has been told.
  void settle() {
    Pair other = connect();
    Told told;
    other.wire->observe(&told);
    other.wire->await_readable();
    asio::write(other.peer, asio::buffer("x", 1));
    ASSERT_TRUE(run_until([&] { return told.readable == 1; }));
    other.wire->close();
  }
  static std::string read(SocketWire& wire, std::size_t capacity = 100) {
    std::string into(capacity, '\0');
    into.resize(wire.read(into.data(), capacity).bytes);
    return into;
  }
  static Wire::Moved write(SocketWire& wire, const std::string& bytes) {
    const Chunk chunk{bytes.data(), bytes.size()};
    return wire.write(&chunk, 1);
  }

  asio::io_context io_{1};
  Poller poller_{io_};
  tcp::acceptor acceptor_{io_, {asio::ip::address_v4::loopback(), 0}};
};

TEST_F(SocketWireTest, who_awaits_is_told_once_and_again_only_where_it_awaits_again) {
  Pair pair = connect();
  Told told;
  pair.wire->observe(&told);
  asio::write(pair.peer, asio::buffer("one", 3));
  settle();
  EXPECT_EQ(told.readable, 0) << "nobody waits";
  pair.wire->await_readable();
  pair.wire->await_readable();
  ASSERT_TRUE(run_until([&] { return told.readable == 1; }));
  asio::write(pair.peer, asio::buffer("two", 3));
  settle();
  EXPECT_EQ(told.readable, 1);
  EXPECT_EQ(read(*pair.wire), "onetwo");
  pair.wire->await_readable();
  settle();
  EXPECT_EQ(told.readable, 1) << "there is nothing to read";
  asio::write(pair.peer, asio::buffer("three", 5));
  ASSERT_TRUE(run_until([&] { return told.readable == 2; }));
  EXPECT_EQ(read(*pair.wire), "three");
}

TEST_F(SocketWireTest, what_a_short_read_left_is_told_without_anything_new) {
  Pair pair = connect();
  Told told;
  pair.wire->observe(&told);
  asio::write(pair.peer, asio::buffer("0123456789", 10));
  for (int i = 0; i < 5; ++i) {
    pair.wire->await_readable();
    ASSERT_TRUE(run_until([&] { return told.readable == i + 1; }));
    EXPECT_EQ(read(*pair.wire, 2), std::string("0123456789").substr(2 * static_cast<std::size_t>(i), 2));
  }
}

TEST_F(SocketWireTest, the_end_is_told_also_behind_a_read_that_found_less_than_it_had_room_for) {
  Pair pair = connect();
  Told told;
  pair.wire->observe(&told);
  asio::write(pair.peer, asio::buffer("last", 4));
  pair.peer.close();
  settle();
  pair.wire->await_readable();
  ASSERT_TRUE(run_until([&] { return told.readable == 1; }));
  EXPECT_EQ(read(*pair.wire), "last");
  pair.wire->await_readable();
  ASSERT_TRUE(run_until([&] { return told.readable == 2; }));
  char byte = 0;
  EXPECT_EQ(pair.wire->read(&byte, 1).state, Wire::State::ended);
}

TEST_F(SocketWireTest, a_reset_is_told_to_readers_and_writers) {
  Pair pair = connect();
  Told told;
  pair.wire->observe(&told);
  pair.peer.set_option(asio::socket_base::linger(true, 0));
  pair.peer.close();
  pair.wire->await_readable();
  ASSERT_TRUE(run_until([&] { return told.readable == 1; }));
  char byte = 0;
  EXPECT_EQ(pair.wire->read(&byte, 1).state, Wire::State::ended);
  EXPECT_EQ(write(*pair.wire, "x").state, Wire::State::ended);
}

TEST_F(SocketWireTest, an_abort_is_a_reset_and_a_close_is_not) {
  for (const bool abort : {false, true}) {
    Pair pair = connect();
    if (abort) pair.wire->abort();
    else pair.wire->close();
    char byte = 0;
    std::error_code error;
    pair.peer.receive(asio::buffer(&byte, 1), 0, error);
    EXPECT_EQ(error, abort ? std::error_code(asio::error::connection_reset) : std::error_code(asio::error::eof));
  }
}

TEST_F(SocketWireTest, a_full_socket_tells_when_there_is_room_again) {
  Pair pair = connect();
  Told told;
  pair.wire->observe(&told);
  const std::string much(1 << 20, 'x');
  std::size_t sent = 0;
  Wire::Moved moved{};
  while ((moved = write(*pair.wire, much)).state == Wire::State::ok) sent += moved.bytes;
  ASSERT_EQ(moved.state, Wire::State::would_block);
  pair.wire->await_writable();
  settle();
  EXPECT_EQ(told.writable, 0);
  std::string taken(sent, '\0');
  asio::read(pair.peer, asio::buffer(taken));
  ASSERT_TRUE(run_until([&] { return told.writable == 1; }));
  EXPECT_EQ(write(*pair.wire, "more").bytes, 4u);
  EXPECT_EQ(told.readable, 0);
}

TEST_F(SocketWireTest, room_that_came_before_it_was_waited_for_is_told_as_well) {
  Pair pair = connect();
  Told told;
  pair.wire->observe(&told);
  const std::string much(1 << 20, 'x');
  std::size_t sent = 0;
  for (;;) {
    const Wire::Moved moved = write(*pair.wire, much);
    if (moved.state != Wire::State::ok) break;
    sent += moved.bytes;
  }
  std::string taken(sent, '\0');
  asio::read(pair.peer, asio::buffer(taken));
  settle();
  pair.wire->await_writable();
  ASSERT_TRUE(run_until([&] { return told.writable == 1; }));
}

TEST_F(SocketWireTest, who_is_closed_by_another_is_not_told_what_was_due) {
  Pair first = connect();
  Pair second = connect();
  Told told_first;
  Told told_second;
  first.wire->observe(&told_first);
  second.wire->observe(&told_second);
  first.wire->await_readable();
  second.wire->await_readable();
  told_first.then = [&] { second.wire.reset(); };
  told_second.then = [&] { first.wire.reset(); };
  asio::write(first.peer, asio::buffer("x", 1));
  asio::write(second.peer, asio::buffer("x", 1));
  ASSERT_TRUE(run_until([&] { return told_first.readable + told_second.readable > 0; }));
  settle();
  EXPECT_EQ(told_first.readable + told_second.readable, 1);
}

TEST_F(SocketWireTest, who_destroys_itself_while_it_is_told_is_gone) {
  Pair pair = connect();
  Told told;
  pair.wire->observe(&told);
  pair.wire->await_readable();
  pair.wire->await_writable();
  told.then = [&] { pair.wire.reset(); };
  asio::write(pair.peer, asio::buffer("x", 1));
  ASSERT_TRUE(run_until([&] { return told.writable + told.readable == 1; }));
  settle();
  EXPECT_EQ(told.writable + told.readable, 1);
}

TEST_F(SocketWireTest, what_one_throws_keeps_nothing_from_the_others) {
  std::vector<Pair> pairs;
  std::vector<Told> told(5);
  for (Told& each : told) {
    pairs.push_back(connect());
    pairs.back().wire->observe(&each);
    pairs.back().wire->await_readable();
    each.then = [] { throw std::runtime_error("deliberate"); };
    asio::write(pairs.back().peer, asio::buffer("x", 1));
  }
  int thrown = 0;
  const auto all = [&] {
    int count = 0;
    for (const Told& each : told) count += each.readable;
    return count == 5;
  };
  while (!all() && thrown <= 5) {
    try {
      ASSERT_TRUE(run_until(all));
    } catch (const std::runtime_error&) {
      ++thrown;
    }
  }
  EXPECT_EQ(thrown, 5);
}

TEST_F(SocketWireTest, more_than_one_look_takes_are_all_told) {
  std::vector<Pair> pairs;
  std::vector<Told> told(300);
  for (Told& each : told) {
    pairs.push_back(connect());
    pairs.back().wire->observe(&each);
    pairs.back().wire->await_readable();
    asio::write(pairs.back().peer, asio::buffer("x", 1));
  }
  EXPECT_TRUE(run_until([&] {
    for (const Told& each : told) {
      if (each.readable != 1) return false;
    }
    return true;
  }));
}

// Between fork and exec a child has all descriptors: an epoll set forgets a socket only with the last of them.
TEST_F(SocketWireTest, a_closed_socket_that_a_child_still_has_tells_nothing) {
  Pair pair = connect();
  auto told = std::make_unique<Told>();
  pair.wire->observe(told.get());
  pair.wire->await_readable();
  int gate[2];
  ASSERT_EQ(::pipe(gate), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    char byte = 0;
    ::close(gate[1]);
    [[maybe_unused]] const auto end = ::read(gate[0], &byte, 1);
    ::_exit(0);
  }
  ::close(gate[0]);
  ASSERT_GT(child, 0);
  pair.wire.reset();
  told.reset();
  asio::write(pair.peer, asio::buffer("x", 1));
  settle();  // under AddressSanitizer, what is told to the dead wire ends the test
  ::close(gate[1]);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
}

TEST_F(SocketWireTest, addresses_are_literals_and_empty_once_it_is_closed) {
  Pair pair = connect();
  EXPECT_EQ(pair.wire->local_address(), "127.0.0.1");
  EXPECT_EQ(pair.wire->peer_address(), "127.0.0.1");
  EXPECT_EQ(pair.wire->peer_port(), pair.peer.local_endpoint().port());
  pair.wire->close();
  EXPECT_EQ(pair.wire->peer_address(), "");
  EXPECT_EQ(pair.wire->peer_port(), 0);
  EXPECT_EQ(pair.wire->descriptor(), -1);
}

int option_of(int descriptor, int level, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  ::getsockopt(descriptor, level, name, &value, &size);
  return value;
}

TEST(Listener, connections_have_the_options_of_the_socket_that_accepts_them) {
  asio::io_context io{1};
  Listener listener(io, "127.0.0.1", 0);
  int accepted = -1;
  listener.begin(
      [&](int descriptor, const std::string& peer) {
        accepted = descriptor;
        EXPECT_EQ(peer, "127.0.0.1");
      },
      [](const std::string&) {});
  tcp::socket peer(io);
  peer.connect({asio::ip::address_v4::loopback(), listener.port()});
  listener.resume();
  while (accepted < 0) io.run_one_for(std::chrono::seconds(25));
  EXPECT_EQ(option_of(accepted, IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(option_of(accepted, IPPROTO_TCP, TCP_USER_TIMEOUT), 60'000);
  EXPECT_EQ(option_of(accepted, IPPROTO_TCP, TCP_NOTSENT_LOWAT), 128 * 1024);
  ::close(accepted);
}

}  // namespace
}  // namespace pushwire::net
