#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "cuts.hpp"
#include "load/answers.hpp"
#include "load/conversations/conversation.hpp"
#include "load/deliveries.hpp"

namespace pushwire::bench::load {
namespace {

constexpr char kUpgraded[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

class ConversationTest : public testing::Test {
 protected:
  Conversation& begin(Transport transport) {
    options_.transport = transport;
    options_.port = 80;
    conversation_ = make_conversation(options_, true, deliveries_, answers_);
    conversation_->begin(1000, sent_);
    return *conversation_;
  }
  // What is sent since the last call.
  std::string sent() { return std::exchange(sent_, {}); }
  Verdict receive(std::string_view bytes) { return conversation_->receive(bytes, 2000, sent_); }

  Options options_;
  DeliveryCount count_;
  Deliveries deliveries_{"seq", "t", count_};
  Answers answers_;
  std::unique_ptr<Conversation> conversation_;
  std::string sent_;
};

using WebSocketConversationTest = ConversationTest;
using EventStreamConversationTest = ConversationTest;

TEST_F(WebSocketConversationTest, it_opens_with_the_right_answer_to_its_key) {
  options_.path = "/events?a=b";
  options_.headers = {"X-One: 1", "X-Two: 2"};
  begin(Transport::websocket);
  const std::string request = sent();
  EXPECT_EQ(request.rfind(
                "GET /events?a=b HTTP/1.1\r\nHost: 127.0.0.1:80\r\nX-One: 1\r\nX-Two: 2\r\nUpgrade: websocket\r\n", 0),
            0U);
  EXPECT_EQ(request.substr(request.size() - 4), "\r\n\r\n");
  EXPECT_FALSE(conversation_->open());
  EXPECT_EQ(receive(kUpgraded), Verdict::go_on);
  EXPECT_TRUE(conversation_->open());
  EXPECT_EQ(sent(), "");
}

TEST_F(WebSocketConversationTest, messages_right_behind_the_handshake_count_however_they_are_cut) {
  const std::string bytes = kUpgraded + std::string("\x81\x09{\"seq\":1}\x89\x01p\x81\x09{\"seq\":2}");
  for (const auto& pieces : cuts(bytes)) {
    const std::uint64_t before = deliveries_.tally().messages;
    begin(Transport::websocket);
    sent();
    for (const auto piece : pieces) ASSERT_EQ(receive(piece), Verdict::go_on);
    EXPECT_EQ(deliveries_.tally().messages, before + 2);
    EXPECT_EQ(sent(), std::string("\x8a\x81\0\0\0\0p", 7));
    EXPECT_EQ(conversation_->last(), 2U);
  }
}

TEST_F(WebSocketConversationTest, its_first_message_follows_the_handshake) {
  options_.first = "40";
  begin(Transport::websocket);
  sent();
  receive(kUpgraded);
  EXPECT_EQ(sent(), std::string("\x81\x82\0\0\0\0", 6) + "40");
}

TEST_F(WebSocketConversationTest, any_other_answer_fails_with_a_reason) {
  for (const char* bytes : {
           "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
           "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
           "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
           "x\r\n\r\n",
           "nonsense\r\n\r\n",
       }) {
    begin(Transport::websocket);
    EXPECT_EQ(receive(bytes), Verdict::fail);
    EXPECT_FALSE(conversation_->open());
    EXPECT_FALSE(conversation_->fault().empty());
  }
}

TEST_F(WebSocketConversationTest, a_close_frame_is_answered_and_ends_it) {
  begin(Transport::websocket);
  receive(kUpgraded);
  sent();
  EXPECT_EQ(receive(std::string("\x88\x04\x03\xf4go", 6)), Verdict::close);
  EXPECT_EQ(sent(), std::string("\x88\x82\0\0\0\0\x03\xf4", 8));
}

TEST_F(WebSocketConversationTest, a_length_that_is_wrong_fails) {
  begin(Transport::websocket);
  receive(kUpgraded);
  EXPECT_EQ(receive(std::string("\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10)), Verdict::fail);
  EXPECT_EQ(conversation_->fault(), "a frame is too long");
}

TEST_F(EventStreamConversationTest, chunked_events_count_however_they_are_cut) {
  const std::string bytes =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
      "d\r\n: greeting\n\nd\r\n"
      "d\r\nata: {\"seq\":1\r\n"
      "4\r\n}\n\nd\r\n"
      "10\r\nata: {\"seq\":2}\n\n\r\n";
  for (const auto& pieces : cuts(bytes)) {
    const auto before = deliveries_.tally();
    begin(Transport::sse);
    EXPECT_NE(sent().find("\r\nAccept: text/event-stream\r\n"), std::string::npos);
    for (const auto piece : pieces) ASSERT_EQ(receive(piece), Verdict::go_on) << conversation_->fault();
    EXPECT_TRUE(conversation_->open());
    EXPECT_EQ(deliveries_.tally().messages, before.messages + 2);
    EXPECT_EQ(deliveries_.tally().other, before.other + 1);
  }
}

TEST_F(EventStreamConversationTest, a_refusal_fails_and_an_end_closes) {
  begin(Transport::sse);
  EXPECT_EQ(receive("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), Verdict::fail);
  begin(Transport::sse);
  EXPECT_EQ(receive("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), Verdict::close);
  begin(Transport::sse);
  receive("HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(conversation_->end(0), Verdict::close);
}

}  // namespace
}  // namespace pushwire::bench::load
