#include "session/sessions.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pushwire::session {
namespace {

using Standing = Sessions::Standing;
using Use = Sessions::Use;
using std::chrono::milliseconds;

IdentityPtr named(std::string name, std::vector<std::string> roles = {}) {
  auto identity = std::make_shared<Identity>();
  identity->name = std::move(name);
  identity->roles = std::move(roles);
  return identity;
}

class SessionsTest : public testing::Test {
 protected:
  explicit SessionsTest(SessionLimits limits = {}) : sessions(limits, tokens, hooks()) {}

  log::Moment now() const { return {log::Steady{} + milliseconds(ms), 1'700'000'000'000 + ms}; }
  Token issue() { return tokens.issue(now().steady); }
  Sessions::Opened open(const Token& token, Use use = Use::handed_in, const IdentityPtr& identity = nullptr) {
    return sessions.open(token, identity, use, now());
  }
  // A session whose last connection has just ended.
  RecordPtr idle(bool used) {
    const RecordPtr record = open(issue(), used ? Use::first : Use::issued).record;
    sessions.attach(*record, "sse");
    sessions.detach(record, now());
    return record;
  }
  void pass(int by_ms) {
    ms += by_ms;
    sessions.expire(now());
  }

  Sessions::Hooks hooks() {
    Sessions::Hooks hooks;
    hooks.began = [this](const RecordPtr& record) { began.push_back(record->name); };
    hooks.ended = [this](const RecordPtr& record) {
      EXPECT_TRUE(record->ended);
      EXPECT_EQ(sessions.find(record->name), nullptr);
      ended.push_back(record->name);
    };
    hooks.post = [](const Task&) {};
    return hooks;
  }

  std::int64_t ms = 1'000'050;  // not at the start of a tenth
  const Tokens tokens;
  std::vector<std::string> began, ended;
  Sessions sessions;
};

TEST_F(SessionsTest, are_made_when_their_token_is_used_for_the_first_time) {
  const Token token = issue();
  EXPECT_EQ(sessions.look(token, nullptr, now()), Standing::good);
  EXPECT_EQ(sessions.size(), 0u) << "to look makes nothing";
  const auto opened = open(token);
  EXPECT_EQ(opened.standing, Standing::good);
  EXPECT_FALSE(opened.rights_changed);
  EXPECT_EQ(open(token).record, opened.record);
  EXPECT_EQ(sessions.size(), 1u);
  EXPECT_EQ(began, std::vector<std::string>{opened.record->name});
  EXPECT_TRUE(ended.empty());
}

TEST_F(SessionsTest, are_found_by_a_name_that_is_not_their_token) {
  const Token token = issue();
  const RecordPtr record = open(token).record;
  EXPECT_EQ(sessions.find(record->name), record);
  EXPECT_EQ(record->name, tokens.name(token.id));
  EXPECT_EQ(sessions.find(tokens.spell(token)), nullptr);
  EXPECT_EQ(sessions.find(""), nullptr);
}

TEST_F(SessionsTest, are_listed_in_the_order_in_which_they_began_also_within_a_millisecond) {
  std::vector<std::string> names;
  for (int i = 0; i < 20; ++i) names.push_back(open(issue()).record->name);
  std::vector<std::string> listed;
  for (const auto& session : sessions.list()) listed.push_back(session.id);
  EXPECT_EQ(listed, names);
}

TEST_F(SessionsTest, last_for_a_lease_behind_their_last_connection) {
  const RecordPtr record = open(issue()).record;
  sessions.attach(*record, "sse");
  sessions.attach(*record, "");
  EXPECT_FALSE(sessions.next_due());
  pass(1'000'000);
  sessions.detach(record, now());
  pass(60'000);
  EXPECT_FALSE(record->ended) << "one connection is left";
  sessions.detach(record, now());
  EXPECT_EQ(sessions.next_due(), now().steady + milliseconds(60'000));
  pass(59'999);
  EXPECT_FALSE(record->ended);
  pass(1);
  EXPECT_TRUE(record->ended);
  EXPECT_EQ(ended, std::vector<std::string>{record->name});
  EXPECT_FALSE(sessions.next_due());
}

TEST_F(SessionsTest, that_a_client_asks_for_again_have_their_lease_anew) {
  const RecordPtr record = idle(true);
  pass(59'999);
  EXPECT_EQ(open(record->token).record, record);
  pass(59'999);
  EXPECT_FALSE(record->ended);
  pass(1);
  EXPECT_TRUE(record->ended);
}

TEST_F(SessionsTest, end_in_time_whatever_was_used_when) {
  const RecordPtr first = idle(false);
  pass(30'000);
  const RecordPtr second = idle(true);
  pass(29'000);
  open(first->token);
  pass(31'000);
  EXPECT_TRUE(second->ended);
  EXPECT_FALSE(first->ended);
  EXPECT_EQ(sessions.next_due(), now().steady + milliseconds(29'000));
  pass(29'000);
  EXPECT_TRUE(first->ended);
}

TEST_F(SessionsTest, that_never_had_a_connection_end_with_a_lease_too) {
  open(issue());
  open(issue(), Use::issued);
  pass(59'999);
  EXPECT_EQ(sessions.size(), 2u);
  pass(1);
  EXPECT_EQ(sessions.size(), 0u);
}

// Else what it remembered, the requests that were carried out above all, would be taken for new.
TEST_F(SessionsTest, that_have_ended_are_never_taken_for_unused) {
  for (int begun = 0; begun < 100; begun += 7) {
    ms = 2'000'000 + begun * 1'000'000 + begun;
    const RecordPtr record = idle(true);
    pass(60'000);
    ASSERT_TRUE(record->ended);
    for (int later = 0; later < 200; later += 9) {
      ms += 9;
      EXPECT_EQ(sessions.look(record->token, nullptr, now()), Standing::expired) << begun << ' ' << later;
      EXPECT_EQ(open(record->token).standing, Standing::expired) << begun << ' ' << later;
    }
  }
}

TEST_F(SessionsTest, of_a_token_that_was_not_used_for_a_lease_are_expired) {
  const Token token = issue();
  pass(59'800);
  EXPECT_EQ(sessions.look(token, nullptr, now()), Standing::good);
  pass(200);
  EXPECT_EQ(sessions.look(token, nullptr, now()), Standing::expired);
  EXPECT_EQ(open(token).standing, Standing::expired);
  EXPECT_EQ(open(token).record, nullptr);
  pass(1'000'000);
  EXPECT_EQ(open(token, Use::first).standing, Standing::good) << "the connection that has it knows that it is unused";
}

TEST_F(SessionsTest, of_a_token_of_the_future_are_expired) {
  const Token token = tokens.issue(now().steady + std::chrono::hours(1));
  EXPECT_EQ(open(token).standing, Standing::expired);
}

TEST_F(SessionsTest, of_another_client_are_expired_for_this_one) {
  const Token token = issue();
  const RecordPtr alices = open(token, Use::handed_in, named("alice")).record;
  for (const IdentityPtr& other : {named("bob"), named(""), IdentityPtr()}) {
    for (const Use use : {Use::handed_in, Use::first}) {
      const auto opened = open(token, use, other);
      EXPECT_EQ(opened.standing, Standing::expired);
      EXPECT_EQ(opened.record, nullptr);
    }
  }
  EXPECT_EQ(sessions.identity(*alices)->name, "alice");
  const Token anonymous = issue();
  open(anonymous);
  EXPECT_EQ(open(anonymous, Use::handed_in, named("alice")).standing, Standing::expired);
  EXPECT_EQ(open(anonymous, Use::handed_in, named("")).standing, Standing::good) << "nobody in particular is nobody";
}

TEST_F(SessionsTest, tell_when_their_client_may_do_other_things_than_before) {
  const Token token = issue();
  open(token, Use::handed_in, named("alice", {"viewer"}));
  EXPECT_FALSE(open(token, Use::handed_in, named("alice", {"viewer"})).rights_changed);
  EXPECT_TRUE(open(token, Use::handed_in, named("alice", {"operator"})).rights_changed);
  EXPECT_FALSE(open(token, Use::handed_in, named("alice", {"operator"})).rights_changed) << "told once";
  auto other = std::make_shared<Identity>(*named("alice", {"operator"}));
  other->attributes["site"] = "north";
  const auto opened = open(token, Use::handed_in, other);
  EXPECT_TRUE(opened.rights_changed);
  EXPECT_EQ(sessions.identity(*opened.record)->attributes.at("site"), "north");
}

TEST_F(SessionsTest, do_not_take_a_later_end_for_other_rights) {
  const Token token = issue();
  auto first = std::make_shared<Identity>(*named("alice", {"viewer"}));
  first->expires = std::chrono::system_clock::time_point(std::chrono::hours(1));
  open(token, Use::handed_in, first);
  auto later = std::make_shared<Identity>(*first);
  later->expires = std::chrono::system_clock::time_point(std::chrono::hours(2));
  const auto opened = open(token, Use::handed_in, later);
  EXPECT_FALSE(opened.rights_changed);
  EXPECT_EQ(sessions.identity(*opened.record)->expires, later->expires);
}

TEST_F(SessionsTest, are_described_as_they_are) {
  const Token token = issue();
  const RecordPtr record = open(token, Use::handed_in, named("alice", {"viewer"})).record;
  auto shown = sessions.describe(*record);
  EXPECT_EQ(shown.id, record->name);
  EXPECT_EQ(shown.identity.name, "alice");
  EXPECT_FALSE(shown.connected);
  EXPECT_EQ(shown.transport, "");
  EXPECT_EQ(shown.since, std::chrono::system_clock::time_point(milliseconds(now().unix_ms)));
  sessions.attach(*record, "websocket");
  sessions.attach(*record, "");
  shown = sessions.list().at(0);
  EXPECT_TRUE(shown.connected);
  EXPECT_EQ(shown.transport, "websocket") << "a POST is nothing to read by";
}

class FewSessions : public SessionsTest {
 protected:
  FewSessions() : SessionsTest(few()) {}
  static SessionLimits few() {
    SessionLimits limits;
    limits.most = 3;
    return limits;
  }
  RecordPtr connected() {
    const RecordPtr record = open(issue()).record;
    sessions.attach(*record, "sse");
    return record;
  }
};

TEST_F(FewSessions, make_room_by_the_unused_first_then_by_the_longest_idle_then_not_at_all) {
  const RecordPtr used_old = idle(true);
  pass(1000);
  const RecordPtr unused = idle(false);
  pass(1000);
  const RecordPtr used_new = idle(true);
  connected();
  EXPECT_TRUE(unused->ended);
  EXPECT_FALSE(used_old->ended);
  connected();
  EXPECT_TRUE(used_old->ended);
  EXPECT_FALSE(used_new->ended);
  connected();
  EXPECT_TRUE(used_new->ended);
  pass(1000);
  for (const Use use : {Use::issued, Use::handed_in, Use::first}) {
    const auto opened = open(issue(), use);
    EXPECT_EQ(opened.standing, Standing::full);
    EXPECT_EQ(opened.record, nullptr);
  }
  EXPECT_EQ(sessions.size(), 3u);
  EXPECT_EQ(ended, (std::vector<std::string>{unused->name, used_old->name, used_new->name})) << "once each";
}

TEST_F(FewSessions, take_none_that_went_early_for_unused) {
  const Token early = issue();
  pass(1000);
  const RecordPtr evicted = idle(true);
  pass(1000);
  const Token late = issue();
  for (int i = 0; i < 3; ++i) connected();
  ASSERT_TRUE(evicted->ended);
  EXPECT_EQ(sessions.look(evicted->token, nullptr, now()), Standing::expired);
  EXPECT_EQ(sessions.look(early, nullptr, now()), Standing::expired) << "as old as one that had to go: who knows";
  EXPECT_EQ(sessions.look(late, nullptr, now()), Standing::good);
}

TEST_F(FewSessions, that_are_asked_for_by_their_clients_make_no_room_for_it) {
  std::vector<RecordPtr> all;
  for (int i = 0; i < 3; ++i) all.push_back(connected());
  for (const auto& record : all) EXPECT_EQ(open(record->token).record, record);
}

TEST_F(FewSessions, count_a_client_that_said_something_as_used) {
  const RecordPtr silent = open(issue(), Use::issued).record;
  const RecordPtr talker = open(issue(), Use::issued).record;
  for (const auto& record : {silent, talker}) sessions.attach(*record, "websocket");
  sessions.used(*talker);
  sessions.used(*talker);
  for (const auto& record : {talker, silent}) sessions.detach(record, now());
  connected();
  connected();
  EXPECT_TRUE(silent->ended) << "although the other is idle for longer";
  EXPECT_FALSE(talker->ended);
}

TEST_F(FewSessions, that_ended_can_still_be_let_go_and_used) {
  const RecordPtr record = idle(true);
  pass(60'000);
  ASSERT_TRUE(record->ended);
  sessions.used(*record);
  sessions.attach(*record, "sse");
  sessions.detach(record, now());
  EXPECT_FALSE(sessions.next_due());
  EXPECT_EQ(sessions.size(), 0u);
  EXPECT_EQ(ended.size(), 1u);
}

}  // namespace
}  // namespace pushwire::session
