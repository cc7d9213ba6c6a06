// Which connections are whose.
#include "net/audience.hpp"

#include "net/talk_fixture.hpp"

namespace pushwire::net {
namespace {

class AudienceTest : public TalkTest {
 protected:
  explicit AudienceTest(session::ServiceLimits limits = {}) : TalkTest({}, limits) { type = add("log"); }
  static void leave(const std::shared_ptr<ShortWire>& wire) {
    wire->gone = true;
    wire->observer().on_readable();
  }
  bool connected(const std::string& token) { return service().sessions.describe(*record(token)).connected; }

  log::TypeId type = 0;
};

TEST_F(AudienceTest, is_empty_while_nobody_asks_for_a_session) {
  for (const char* target : {"sse", "poll", "long-poll"}) EXPECT_FALSE(has(ask(target)->outgoing, "Pushwire-Session"));
  websocket("", "");
  EXPECT_EQ(service().sessions.size(), 0u);
  EXPECT_TRUE(sessions.began.empty());
}

TEST_F(AudienceTest, is_told_a_token_where_it_asks_for_one_or_has_a_bad_one) {
  std::string bad = token();
  bad.back() = bad.back() == 'A' ? 'E' : 'A';
  for (const char* target : {"sse", "poll", "long-poll?wait_ms=0"}) {
    for (const std::string& field : {std::string("new"), bad, std::string("\xFF"), std::string("New")}) {
      const HttpAnswer answer = answer_of(ask(target, with(field))->outgoing);
      EXPECT_EQ(answer.status, 200);
      const std::string given = answer.field("Pushwire-Session");
      EXPECT_EQ(given.size(), 43u) << target << field;
      EXPECT_EQ(answer_of(ask(target, with(given))->outgoing).field("Pushwire-Session"), "")
          << "a good one needs no other";
    }
  }
}

TEST_F(AudienceTest, is_told_a_token_also_where_nothing_is_new) {
  const HttpAnswer first = answer_of(ask("poll?after=" + cursor(0))->outgoing);
  const HttpAnswer same = answer_of(
      ask("poll?after=" + cursor(0), with("new") + "If-None-Match: " + first.field("ETag") + "\r\n")->outgoing);
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.field("Pushwire-Session").size(), 43u);
}

TEST_F(AudienceTest, learns_from_hello_whether_a_session_goes_on) {
  EXPECT_TRUE(has(ask("sse", with("new"))->outgoing, R"("session_state":"new")"));
  const std::string token = this->token();
  EXPECT_TRUE(has(ask("sse", with(token))->outgoing, R"("session_state":"resumed")"));
  EXPECT_TRUE(has(ask("sse", with("nonsense"))->outgoing, R"("session_state":"expired")"));
  EXPECT_TRUE(has(frames(websocket("", "pushwire.session.nonsense")), R"("session_state":"expired")"));
  EXPECT_TRUE(has(frames(websocket("", "pushwire.1, pushwire.session." + token)), R"("session_state":"resumed")"));
  EXPECT_TRUE(has(frames(websocket("", "x-pushwire.session." + token)), R"("session_state":"new")")) << "another word";
}

TEST_F(AudienceTest, counts_each_connection_until_the_last_is_gone) {
  const std::string token = this->token();
  const auto first = ask("sse", with(token));
  const auto second = websocket("", "pushwire.session." + token);
  const auto third = ask("long-poll?after=" + cursor(0), with(token));
  leave(first);
  leave(second);
  EXPECT_TRUE(connected(token));
  emit(type);
  EXPECT_FALSE(connected(token)) << "the long-poll has been answered";
  pass(std::chrono::seconds(59));
  EXPECT_TRUE(sessions.ended.empty());
  pass(std::chrono::seconds(1));
  EXPECT_EQ(sessions.ended, sessions.began);
}

TEST_F(AudienceTest, of_a_session_is_empty_when_its_hub_has_stopped) {
  const std::string token = this->token();
  ask("sse", with(token));
  ask("sse");
  ask("long-poll?after=" + cursor(0), with(token));
  websocket();
  hub.begin_stop(hub.now() + std::chrono::seconds(1));
  pass(std::chrono::seconds(10));
  EXPECT_TRUE(hub.stopped());
  for (const auto& session : service().sessions.list()) EXPECT_FALSE(session.connected);
}

class OneSession : public AudienceTest {
 protected:
  OneSession() : AudienceTest(one()) {}
  static session::ServiceLimits one() {
    session::ServiceLimits limits;
    limits.sessions.most = 1;
    return limits;
  }
};

TEST_F(OneSession, is_not_taken_from_a_connection_that_is_about_to_begin) {
  const auto first = send("GET /pushwire/long-poll?after=" + cursor(0) + " HTTP/1.1\r\nHost: localhost\r\n\r\n" +
                          "GET /pushwire/sse HTTP/1.1\r\nHost: localhost\r\n" + with("new") + "\r\n");
  EXPECT_EQ(service().sessions.size(), 0u);
  log.append(type, false, {}, "1", Event::Payload::json, clock.now());
  const auto second = ask("sse", with("new"));  // its turn answers the first, which goes on with its second request
  EXPECT_EQ(service().sessions.size(), 1u);
  EXPECT_TRUE(service().sessions.list()[0].connected);
  EXPECT_EQ(sessions.began.size(), 1u);
  EXPECT_TRUE(sessions.ended.empty());
  EXPECT_TRUE(has(first->outgoing, "hello"));
  EXPECT_TRUE(has(second->outgoing, "hello")) << "whom the server has no session for can read all the same";
}

TEST_F(OneSession, goes_to_the_next_when_its_client_is_idle) {
  const auto first = ask("sse", with("new"));
  const std::string token = told_token(*first);
  EXPECT_TRUE(has(ask("sse", with("new"))->outgoing, "hello"));
  EXPECT_NE(record(token), nullptr);
  leave(first);
  const auto second = ask("sse", with("new"));
  EXPECT_EQ(record(token), nullptr);
  EXPECT_NE(record(told_token(*second)), nullptr);
  EXPECT_TRUE(has(ask("sse", with(token))->outgoing, R"("session_state":"expired")"));
}

}  // namespace
}  // namespace pushwire::net
