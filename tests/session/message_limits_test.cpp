// What clients and handlers may not do to a server's memory.
#include "session/messages.hpp"
#include "session/messages_fixture.hpp"

namespace pushwire::session {
namespace {

class MessageLimitsTest : public MessagesTest {
 protected:
  MessageLimitsTest() : MessagesTest(small()) {
    on("echo", [](const std::string& text) { return text; });
    on("later", [this](Reply<int> reply) { kept.push_back(std::move(reply)); });
  }
  static MessageLimits small() {
    MessageLimits limits;
    limits.message_bytes = 1000;
    limits.pending_requests = 3;
    limits.pending_bytes = 4000;
    limits.reply_bytes = 500;
    return limits;
  }
  static std::string echo(int id, std::size_t size) {
    return R"({"request":"echo","id":)" + std::to_string(id) + R"(,"data":")" + std::string(size, 'x') + "\"}";
  }
  static std::string later(int id) { return R"({"request":"later","id":)" + std::to_string(id) + "}"; }

  std::vector<Reply<int>> kept;
};

TEST_F(MessageLimitsTest, data_has_a_size) {
  EXPECT_TRUE(take(echo(1, 998)).pending);
  EXPECT_EQ(shown(take(echo(2, 999)).outcome), "too-large: data has more than 1000 bytes");
}

TEST_F(MessageLimitsTest, a_reply_has_a_size) {
  take(echo(1, 498));
  take(echo(2, 499));
  run();
  EXPECT_EQ(next(), '"' + std::string(498, 'x') + '"');
  EXPECT_EQ(next(), "too-large: the reply has more than 500 bytes");
}

TEST_F(MessageLimitsTest, a_session_has_so_many_messages_that_wait) {
  take(later(1));
  take(R"({"send":"later"})");
  run();
  ASSERT_EQ(kept.size(), 2u);
  take(later(2));
  const std::string refused = "too-many-pending: more than 3 messages of this session wait for their handlers";
  EXPECT_EQ(shown(take(later(3)).outcome), refused);
  EXPECT_EQ(shown(take(R"({"send":"later"})").outcome), refused);
  EXPECT_EQ(shown(take(R"({"send":"later","id":4})").outcome), refused);
  EXPECT_TRUE(take(begin(), later(1)).pending) << "another session's";
  EXPECT_EQ(take(R"({"ack":1})").outcome, nullptr);
  EXPECT_TRUE(take(later(1)).pending) << "what runs can be asked for again";
  kept.erase(kept.begin());
  EXPECT_TRUE(take(later(3)).pending) << "it was not taken before";
}

TEST_F(MessageLimitsTest, all_sessions_together_have_so_many_bytes_that_wait) {
  std::vector<RecordPtr> sessions;
  for (int i = 0; i < 5; ++i) {
    sessions.push_back(begin());
    const auto taken = take(sessions.back(), echo(1, 480));
    if (i < 4) EXPECT_TRUE(taken.pending) << i;
    else EXPECT_TRUE(taken.pending || shown(taken.outcome).substr(0, 10) == "overloaded") << i;
  }
  EXPECT_EQ(shown(take(echo(1, 1)).outcome).substr(0, 11), "overloaded:");
  EXPECT_EQ(shown(take(begin(), R"({"send":"echo"})").outcome).substr(0, 11), "overloaded:");
  run();
  EXPECT_TRUE(take(echo(1, 1)).pending) << "the handlers have caught up";
}

TEST_F(MessageLimitsTest, messages_of_a_few_bytes_count_as_what_they_take) {
  int taken = 0;
  while (taken < 100 && !take(begin(), R"({"send":"echo"})").outcome) ++taken;
  EXPECT_GT(taken, 3);
  EXPECT_LT(taken, 10);
}

TEST_F(MessageLimitsTest, raw_bytes_count_too) {
  for (int i = 0; i < 2; ++i) take(begin(), R"({"send":"later"})", 1, std::string(2100, 'x'));
  EXPECT_EQ(shown(take(echo(1, 1)).outcome).substr(0, 11), "overloaded:");
}

TEST_F(MessageLimitsTest, nothing_is_left_waiting_when_all_has_been_answered) {
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(take(later(round * 3 + i + 1)).pending) << round << ' ' << i;
    run();
    if (round % 3 == 0) {
      ms += 60'000;
      messages().expire(now());
    }
    if (round % 3 == 1) {
      for (const auto& reply : kept) reply(1);
    }
    kept.clear();
  }
  EXPECT_EQ(alice->waiting, 0u);
  EXPECT_EQ(ready.size(), 60u);
}

TEST_F(MessageLimitsTest, a_session_is_admitted_at_its_rate) {
  EXPECT_EQ(messages().admit(*alice, 2000, now()).count(), 0);
  EXPECT_GT(messages().admit(*alice, 1, now()).count(), 0);
  EXPECT_EQ(messages().admit(*begin(), 1, now()).count(), 0) << "each by itself";
  ms += 500;
  EXPECT_EQ(messages().admit(*alice, 500, now()).count(), 0);
  EXPECT_EQ(messages().admit(*alice, 0, now()).count(), 0);
}

}  // namespace
}  // namespace pushwire::session
