#include "limit/broadcast.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <vector>

#include "support/socket_pair.hpp"

namespace pushwire::bench::limit {
namespace {

class LimitBroadcast : public testing::Test {
 protected:
  LimitBroadcast() {
    Pace pace;
    pace.period = std::chrono::nanoseconds{0};
    pacer_ = std::make_unique<Pacer>(pace);
  }

  std::unique_ptr<Sender> sender_ = plain_sender();
  Subscribers subscribers_;
  Broadcast broadcast_{*sender_, subscribers_};
  std::unique_ptr<Pacer> pacer_;
};

TEST_F(LimitBroadcast, a_batch_reaches_everybody_in_the_form_of_each) {
  SocketPair websocket;
  SocketPair stream;
  subscribers_.add(websocket.ours(), Format::websocket);
  subscribers_.add(stream.ours(), Format::event_stream);
  broadcast_.send(*pacer_, 2);
  EXPECT_TRUE(broadcast_.send_rest());
  EXPECT_EQ(websocket.read().size(), 2 * (4 + Pacer::kPayloadBytes));
  const std::string events = stream.read();
  EXPECT_EQ(events.size(), 2 * (8 + Pacer::kPayloadBytes));
  EXPECT_NE(events.find("\"seq\":1,"), std::string::npos);
  EXPECT_NE(events.find("\"seq\":2,"), std::string::npos);
}

TEST_F(LimitBroadcast, a_long_poll_gets_a_batch_as_one_answer) {
  SocketPair waiting;
  subscribers_.add(waiting.ours(), Format::long_poll);
  broadcast_.send(*pacer_, 2);
  const std::string answer = waiting.read();
  EXPECT_NE(answer.find("\r\nContent-Length: " + std::to_string(2 * (Pacer::kPayloadBytes + 1)) + "\r\n"),
            std::string::npos);
  EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos);
}

TEST_F(LimitBroadcast, a_socket_without_room_gets_the_rest_later) {
  SocketPair slow;
  const int small = 4096;
  ASSERT_EQ(setsockopt(slow.ours(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
  subscribers_.add(slow.ours(), Format::websocket);
  broadcast_.send(*pacer_, Broadcast::kMaxBatch);
  EXPECT_FALSE(broadcast_.send_rest());
  std::string all = slow.read();
  for (int turn = 0; turn < 100 && !broadcast_.send_rest(); ++turn) all += slow.read();
  all += slow.read();
  EXPECT_EQ(all.size(), Broadcast::kMaxBatch * (4 + Pacer::kPayloadBytes));
}

TEST_F(LimitBroadcast, an_envelope_adds_as_many_bytes_to_each_event) {
  SocketPair websocket;
  subscribers_.add(websocket.ours(), Format::websocket);
  Broadcast enveloped(*sender_, subscribers_, 47);
  enveloped.send(*pacer_, 2);
  EXPECT_EQ(websocket.read().size(), 2 * (4 + Pacer::kPayloadBytes + 47));
}

TEST_F(LimitBroadcast, a_socket_that_is_closed_holds_nobody_up) {
  SocketPair slow;
  const int small = 4096;
  ASSERT_EQ(setsockopt(slow.ours(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
  subscribers_.add(slow.ours(), Format::websocket);
  broadcast_.send(*pacer_, Broadcast::kMaxBatch);
  EXPECT_FALSE(broadcast_.send_rest());
  subscribers_.remove(slow.ours());
  broadcast_.forget(slow.ours());
  EXPECT_TRUE(broadcast_.send_rest());
}

TEST(LimitSubscribers, those_of_a_form_leave_together) {
  Subscribers subscribers;
  for (const int socket : {3, 4}) subscribers.add(socket, Format::long_poll);
  subscribers.add(5, Format::websocket);
  EXPECT_EQ(subscribers.remove_all(Format::long_poll), (std::vector<int>{3, 4}));
  EXPECT_TRUE(subscribers.of(Format::long_poll).empty());
  EXPECT_FALSE(subscribers.contains(3));
  EXPECT_TRUE(subscribers.contains(5));
}

TEST(LimitSubscribers, whoever_leaves_leaves_the_others) {
  Subscribers subscribers;
  for (const int socket : {3, 4, 5}) subscribers.add(socket, Format::websocket);
  subscribers.remove(3);
  subscribers.remove(7);
  EXPECT_EQ(subscribers.of(Format::websocket), (std::vector<int>{5, 4}));
  subscribers.remove(5);
  subscribers.remove(4);
  EXPECT_TRUE(subscribers.of(Format::websocket).empty());
}

}  // namespace
}  // namespace pushwire::bench::limit
