#include "load/conversations/poll_conversation.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "cuts.hpp"

namespace pushwire::bench::load {
namespace {

std::string answer(const std::string& body, const std::string& fields = {}) {
  return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class PollConversationTest : public testing::Test {
 protected:
  PollConversationTest() { options_.transport = Transport::long_poll; }

  void begin() {
    conversation_ = std::make_unique<PollConversation>(options_, true, deliveries_, answers_);
    conversation_->begin(1'000'000, sent_);
  }
  Verdict receive(std::string_view bytes) { return conversation_->receive(bytes, 3'000'000, sent_); }
  // The target of what was sent since the last call.
  std::string target() {
    const std::string request = sent();
    return request.substr(4, request.find(" HTTP/1.1\r\n") - 4);
  }
  std::string sent() { return std::exchange(sent_, {}); }

  Options options_;
  DeliveryCount count_;
  Deliveries deliveries_{"seq", "t", count_};
  Answers answers_;
  std::unique_ptr<PollConversation> conversation_;
  std::string sent_;
};

TEST_F(PollConversationTest, the_next_request_follows_at_once_from_the_cursor_of_the_answer) {
  options_.path = "/long-poll?events=bench";
  begin();
  EXPECT_EQ(target(), "/long-poll?events=bench");
  EXPECT_EQ(receive(answer(R"({"resume":"new","events":[],"cursor":"abcdefgh-1"})")), Verdict::go_on);
  EXPECT_EQ(target(), "/long-poll?events=bench&after=abcdefgh-1");
  EXPECT_EQ(
      receive(answer(R"({"events":[{"control":"gap","cursor":"no-1"},{"data":{"seq":4}}],"cursor":"abcdefgh-5"})")),
      Verdict::go_on);
  EXPECT_EQ(target(), "/long-poll?events=bench&after=abcdefgh-5");
  EXPECT_EQ(deliveries_.tally().messages, 1U);
  EXPECT_EQ(answers_.tally().requests, 3U);
  EXPECT_EQ(answers_.tally().empty, 1U);
}

TEST_F(PollConversationTest, the_cursor_takes_the_place_of_the_one_in_the_path) {
  options_.path = "/poll?after=earliest&events=bench";
  begin();
  receive(answer(R"({"cursor":"abcdefgh-1"})"));
  sent();
  receive(answer(R"({"cursor":"abcdefgh-2"})"));
  EXPECT_EQ(target(), "/poll?after=abcdefgh-2&events=bench");
  receive(answer(R"({"cursor":"no URL &x=y"})"));
  EXPECT_EQ(target(), "/poll?after=abcdefgh-2&events=bench");
}

TEST_F(PollConversationTest, answers_count_however_they_are_cut) {
  const std::string bytes = answer(R"({"events":[{"data":{"seq":1}}],"cursor":"abcdefgh-1"})");
  for (const auto& pieces : cuts(bytes)) {
    const std::uint64_t before = deliveries_.tally().messages;
    begin();
    sent();
    for (const auto piece : pieces) {
      EXPECT_EQ(sent(), "");
      ASSERT_EQ(receive(piece), Verdict::go_on) << conversation_->fault();
    }
    EXPECT_EQ(deliveries_.tally().messages, before + 1);
    EXPECT_NE(target().find("after=abcdefgh-1"), std::string::npos);
  }
}

TEST_F(PollConversationTest, validators_go_back_where_they_are_the_cursor) {
  options_.cursor = CursorKind::etag;
  begin();
  sent();
  receive(answer("{}", "ETag: W/\"7\"\r\nLast-Modified: Thu, 01 Jan 1970 00:00:00 GMT\r\n"));
  EXPECT_NE(sent().find("\r\nIf-None-Match: W/\"7\"\r\nIf-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n"),
            std::string::npos);
  EXPECT_EQ(receive("HTTP/1.1 304 Not Modified\r\n\r\n"), Verdict::go_on);
  EXPECT_NE(sent().find("\r\nIf-None-Match: W/\"7\"\r\n"), std::string::npos);
}

TEST_F(PollConversationTest, sequence_numbers_may_be_the_cursor) {
  options_.cursor = CursorKind::seq;
  begin();
  EXPECT_EQ(target(), "/?since=0");
  receive(answer("[{\"seq\":8},{\"seq\":9}]"));
  EXPECT_EQ(target(), "/?since=9");
}

TEST_F(PollConversationTest, a_poll_pauses_between_its_requests) {
  options_.transport = Transport::poll;
  begin();
  sent();
  EXPECT_EQ(receive(answer("{}")), Verdict::pause);
  EXPECT_EQ(sent(), "");
  conversation_->ask(4'000'000, sent_);
  EXPECT_EQ(target(), "/");
}

TEST_F(PollConversationTest, throughput_is_the_same_request_again_timed_from_request_to_answer) {
  options_.throughput = 1;
  begin();
  const std::string request = sent();
  EXPECT_EQ(receive(answer(R"({"seq":1,"cursor":"abcdefgh-1"})")), Verdict::go_on);
  EXPECT_EQ(sent(), request);
  receive(answer("longer than the first"));
  receive("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(deliveries_.tally().messages, 0U);
  EXPECT_EQ(deliveries_.latencies().quantiles().max, 2);
  EXPECT_EQ(answers_.tally().answers, 3U);
  EXPECT_EQ(answers_.tally().unlike, 2U);
  EXPECT_EQ(answers_.tally().statuses.at(503), 1U);
}

TEST_F(PollConversationTest, where_the_server_closes_it_connects_again) {
  begin();
  EXPECT_EQ(receive(answer(R"({"cursor":"abcdefgh-1"})", "Connection: close\r\n")), Verdict::reconnect);
  sent();
  conversation_->begin(4'000'000, sent_);
  EXPECT_EQ(target(), "/?after=abcdefgh-1");
  EXPECT_EQ(receive("HTTP/1.0 200 OK\r\n\r\n{\"seq\":1}"), Verdict::go_on);
  EXPECT_EQ(conversation_->end(5'000'000), Verdict::reconnect);
  EXPECT_EQ(deliveries_.tally().messages, 1U);
}

TEST_F(PollConversationTest, an_end_before_or_within_an_answer_is_told_apart) {
  begin();
  EXPECT_EQ(conversation_->end(0), Verdict::close);
  begin();
  receive("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{");
  EXPECT_EQ(conversation_->end(0), Verdict::fail);
}

TEST_F(PollConversationTest, refusals_nonsense_and_what_nobody_asked_for_fail) {
  begin();
  EXPECT_EQ(receive("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), Verdict::fail);
  begin();
  EXPECT_EQ(receive("HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n"), Verdict::fail);
  options_.transport = Transport::poll;
  begin();
  receive(answer("{}"));
  EXPECT_EQ(receive(answer("{}")), Verdict::fail);
  begin();
  EXPECT_EQ(receive(answer("{}") + answer("{}")), Verdict::fail);
}

}  // namespace
}  // namespace pushwire::bench::load
