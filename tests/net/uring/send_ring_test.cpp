// Where io_uring is built in, and the kernel has it.
#include "net/uring/send_ring.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "support/socket_pair.hpp"

namespace pushwire::net {
namespace {

class SendRingTest : public testing::Test {
 protected:
  void SetUp() override {
    ring_ = SendRing::open();
    if (!ring_) GTEST_SKIP() << "there is no io_uring here";
  }
  std::vector<std::size_t> send(const std::vector<int>& sockets, std::string_view bytes) {
    std::vector<std::size_t> sent;
    EXPECT_TRUE(ring_->send_to_all(sockets, bytes, sent));
    EXPECT_EQ(sent.size(), sockets.size());
    return sent;
  }

  std::unique_ptr<SendRing> ring_;
};

TEST_F(SendRingTest, everybody_gets_the_bytes_however_many_they_are) {
  std::deque<SocketPair> pairs(300);  // more than the ring holds
  std::vector<int> sockets;
  for (const SocketPair& pair : pairs) sockets.push_back(pair.ours());
  for (const std::string bytes : {"one", "and another"}) {
    for (const std::size_t sent : send(sockets, bytes)) EXPECT_EQ(sent, bytes.size());
    for (SocketPair& pair : pairs) EXPECT_EQ(pair.read(), bytes);
  }
}

TEST_F(SendRingTest, a_socket_takes_what_it_has_room_for) {
  SocketPair slow;
  SocketPair other;
  const std::string much(8 * 1024 * 1024, 'x');
  const auto sent = send({slow.ours(), other.ours()}, much);
  EXPECT_GT(sent[0], 0U);
  EXPECT_LT(sent[0], much.size());
  EXPECT_EQ(send({slow.ours()}, much)[0], 0U) << "it is full";
  EXPECT_EQ(slow.read().size(), sent[0]);
}

TEST_F(SendRingTest, one_that_cannot_be_sent_to_takes_nothing_and_holds_nobody_up) {
  SocketPair gone;
  SocketPair good;
  gone.hang_up();
  const auto sent = send({gone.ours(), -1, good.ours()}, "bytes");
  EXPECT_EQ(sent, (std::vector<std::size_t>{0, 0, 5}));
  EXPECT_EQ(good.read(), "bytes");
}

TEST_F(SendRingTest, nobody_is_fine) { EXPECT_TRUE(send({}, "bytes").empty()); }

}  // namespace
}  // namespace pushwire::net
