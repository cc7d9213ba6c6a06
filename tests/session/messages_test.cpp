// What becomes of a message between its client and its handler.
#include "session/messages.hpp"

#include <stdexcept>
#include <thread>

#include "session/messages_fixture.hpp"

namespace pushwire::session {
namespace {

using std::chrono::milliseconds;

TEST_F(MessagesTest, that_ask_are_answered_once_their_handler_has_run) {
  on("double", [](double value) { return value * 2; });
  const auto taken = take(R"({"request":"double","id":7,"data":4})", 5);
  EXPECT_TRUE(taken.pending);
  EXPECT_EQ(taken.outcome, nullptr);
  EXPECT_TRUE(ready.empty()) << "the handler has not run";
  run();
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].record, alice);
  EXPECT_EQ(ready[0].asker, 5u);
  EXPECT_EQ(ready[0].id, 7u);
  EXPECT_EQ(next(), "8");
}

TEST_F(MessagesTest, tell_the_head_that_their_handler_has_left) {
  const log::TypeId type = log.add_type("log", Retention{}, Event::Payload::json);
  on("emit", [&] { log.append(type, false, {}, "1", Event::Payload::json, {now(), ms}); });
  take(R"({"request":"emit","id":1})");
  take(R"({"request":"emit","id":2})");
  run();
  EXPECT_EQ(hand_over(alice, 1)->cursor, (Cursor{log.epoch(), 1}));
  EXPECT_EQ(hand_over(alice, 2)->cursor, (Cursor{log.epoch(), 2}));
}

TEST_F(MessagesTest, show_their_handler_who_says_what) {
  auto operators = std::make_shared<Identity>();
  operators->name = "olga";
  const RecordPtr olga = begin(operators);
  std::string seen;
  on("say", [&](const Message& message) {
    seen = message.name + ' ' + std::string(message.json) + ' ' + std::string(message.bytes) + ' ' +
           message.identity().name + ' ' + (message.session.id == olga->name ? "hers" : "another's");
  });
  take(olga, R"({"send":"say","data":{"a": [1]}})", 1, "raw");
  run();
  EXPECT_EQ(seen, "say {\"a\":[1]} raw olga hers");
}

TEST_F(MessagesTest, that_nobody_handles_are_refused_at_once_and_may_be_asked_again) {
  EXPECT_EQ(shown(take(R"({"request":"a","id":1})").outcome), "unknown-name: no handler is registered for \"a\"");
  EXPECT_EQ(shown(take(R"({"send":"a"})").outcome), "unknown-name: no handler is registered for \"a\"");
  EXPECT_EQ(shown(take(R"({"send":"a","id":2})").outcome), "unknown-name: no handler is registered for \"a\"");
  on("a", [] { return 1; });
  EXPECT_TRUE(take(R"({"request":"a","id":1})").pending);
  run();
  EXPECT_EQ(next(), "1");
}

TEST_F(MessagesTest, that_are_not_for_this_client_are_refused_at_once) {
  auto identity = std::make_shared<Identity>();
  identity->name = "olga";
  identity->roles = {"operator"};
  const RecordPtr olga = begin(identity);
  int calls = 0;
  on(
      "set", [&] { ++calls; }, allowed_for("operator"));
  EXPECT_EQ(shown(take(R"({"request":"set","id":1})").outcome), "forbidden: \"set\" is not for this client");
  EXPECT_EQ(shown(take(R"({"send":"set"})").outcome), "forbidden: \"set\" is not for this client");
  EXPECT_TRUE(take(olga, R"({"request":"set","id":1})").pending);
  run();
  EXPECT_EQ(calls, 1);
}

TEST_F(MessagesTest, with_data_that_the_handler_cannot_take_are_told_where_it_is) {
  int calls = 0;
  on("set", [&](double) { ++calls; });
  take(R"({"request":"set","id":1,"data":"much"})");
  take(R"({"request":"set","id":2,"data":[]})");
  run();
  EXPECT_EQ(next().substr(0, 15), "bad-data: data:");
  EXPECT_EQ(next().substr(0, 15), "bad-data: data:");
  on("sum", [](const std::vector<double>& values) { return values.at(0); });
  take(R"({"request":"sum","id":3,"data":[1,"much"]})");
  run();
  EXPECT_EQ(next().substr(0, 18), "bad-data: data[1]:");
  take(R"({"send":"set","data":"much"})");
  run();
  EXPECT_EQ(calls, 0);
  ASSERT_EQ(complaints.size(), 1u) << "only where nobody waits for a reply";
  EXPECT_NE(complaints[0].find("'set'"), std::string::npos);
}

TEST_F(MessagesTest, whose_handler_throws_fail_without_a_word_of_why_but_in_the_log) {
  on("fail", [] { throw std::runtime_error("password is hunter2"); });
  on("odd", [] { throw 4711; });
  take(R"({"request":"fail","id":1})");
  take(R"({"request":"odd","id":2})");
  run();
  EXPECT_EQ(next(), "failed: the handler failed");
  EXPECT_EQ(next(), "failed: the handler failed");
  EXPECT_EQ(complaints, (std::vector<std::string>{"the handler of 'fail' threw: password is hunter2",
                                                  "the handler of 'odd' threw"}));
}

TEST_F(MessagesTest, that_the_handler_refuses_say_so_in_its_words) {
  on("set", [] { throw RequestError("out-of-range", "0 to 10"); });
  take(R"({"request":"set","id":1})");
  run();
  EXPECT_EQ(next(), "out-of-range: 0 to 10");
  EXPECT_TRUE(complaints.empty());
}

TEST_F(MessagesTest, that_the_handler_forgets_have_no_reply) {
  on("forget", [](Reply<int>) {});
  take(R"({"request":"forget","id":1})");
  run();
  EXPECT_EQ(next(), "no-reply: the handler gave no reply");
}

TEST_F(MessagesTest, may_be_answered_later_and_from_elsewhere_but_once) {
  std::vector<Reply<int>> kept;
  on("later", [&](Reply<int> reply) { kept.push_back(std::move(reply)); });
  take(R"({"request":"later","id":1})");
  run();
  EXPECT_TRUE(ready.empty());
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_TRUE(kept[0].wanted());
  std::thread elsewhere([&] { EXPECT_TRUE(kept[0](42)); });
  elsewhere.join();
  EXPECT_FALSE(kept[0].wanted());
  EXPECT_FALSE(kept[0](43));
  EXPECT_FALSE(kept[0].error("too late"));
  kept.clear();
  EXPECT_EQ(ready.size(), 1u);
  EXPECT_EQ(next(), "42");
}

TEST_F(MessagesTest, whose_time_is_up_are_told_and_not_answered_twice) {
  std::vector<Reply<int>> kept;
  on("later", [&](Reply<int> reply) { kept.push_back(std::move(reply)); });
  take(R"({"request":"later","id":1})");
  run();
  ms += 1000;
  take(R"({"request":"later","id":2})");
  run();
  EXPECT_EQ(messages().next_due(), now() + milliseconds(59'000));
  ms += 58'999;
  messages().expire(now());
  EXPECT_TRUE(ready.empty());
  ms += 1;
  messages().expire(now());
  EXPECT_EQ(next(), "timeout: the handler gave no reply within 60000 ms");
  EXPECT_TRUE(ready.empty()) << "the second has a second left";
  EXPECT_FALSE(kept[0].wanted());
  EXPECT_FALSE(kept[0](42));
  EXPECT_EQ(messages().next_due(), now() + milliseconds(1000));
  EXPECT_TRUE(kept[1](7));
  EXPECT_FALSE(messages().next_due());
  ms += 100'000;
  messages().expire(now());
  EXPECT_EQ(next(), "7");
  EXPECT_TRUE(ready.empty());
}

TEST_F(MessagesTest, whose_time_is_up_before_their_handler_begins_are_not_run) {
  int calls = 0;
  on("count", [&] { return ++calls; });
  take(R"({"request":"count","id":1})");
  ms += 60'000;
  messages().expire(now());
  run();
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(next().substr(0, 8), "timeout:");
  EXPECT_TRUE(ready.empty());
}

TEST_F(MessagesTest, that_are_asked_again_run_once_and_have_the_same_reply) {
  int calls = 0;
  on("count", [&] { return ++calls; });
  EXPECT_TRUE(take(R"({"request":"count","id":1})", 5).pending);
  const auto again = take(R"({"request":"count","id":1})", 6);
  EXPECT_TRUE(again.pending);
  EXPECT_EQ(again.instead_of, 0u);
  EXPECT_EQ(take(R"({"request":"count","id":1})", 6).instead_of, 0u) << "nobody but itself";
  run();
  ASSERT_EQ(ready.size(), 2u) << "which of them the client listens to, nobody can tell";
  EXPECT_EQ(ready[0].asker, 6u);
  EXPECT_EQ(ready[1].asker, 5u);
  ready.erase(ready.begin());
  EXPECT_EQ(next(), "1");
  const auto late = take(R"({"request":"count","id":1})", 7);
  EXPECT_TRUE(late.pending) << "it is handed over when there is room";
  EXPECT_EQ(late.outcome, nullptr);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].asker, 7u);
  EXPECT_EQ(next(), "1");
  EXPECT_EQ(calls, 1);
}

TEST_F(MessagesTest, whose_outcome_was_forgotten_are_not_run_again) {
  int calls = 0;
  on("count", [&] { return ++calls; });
  take(R"({"request":"count","id":1})");
  run();
  take(R"({"ack":1})");
  const auto again = take(R"({"request":"count","id":1})");
  EXPECT_EQ(shown(again.outcome).substr(0, 16), "outcome-unknown:");
  EXPECT_EQ(shown(take(R"({"send":"count","id":1})").outcome).substr(0, 16), "outcome-unknown:");
  run();
  EXPECT_EQ(calls, 1);
}

TEST_F(MessagesTest, that_are_sent_with_a_number_run_once_and_are_confirmed_when_they_are_taken) {
  int calls = 0;
  on("count", [&] { ++calls; });
  const auto taken = take(R"({"send":"count","id":1})");
  ASSERT_NE(taken.outcome, nullptr);
  EXPECT_EQ(taken.outcome->data + taken.outcome->error_code, "");
  EXPECT_FALSE(taken.pending);
  EXPECT_TRUE(take(R"({"send":"count","id":1})").pending);
  EXPECT_EQ(ready.size(), 1u) << "the same confirmation";
  run();
  EXPECT_EQ(calls, 1);
}

TEST_F(MessagesTest, that_are_sent_without_a_number_run_as_often_as_they_come_and_say_nothing) {
  int calls = 0;
  on("count", [&] {
    ++calls;
    throw std::runtime_error("no");
  });
  for (int i = 0; i < 3; ++i) {
    const auto taken = take(R"({"send":"count"})");
    EXPECT_EQ(taken.outcome, nullptr);
    EXPECT_FALSE(taken.pending);
  }
  run();
  EXPECT_EQ(calls, 3);
  EXPECT_TRUE(ready.empty());
}

TEST_F(MessagesTest, of_one_session_keep_their_order_and_do_not_wait_for_anothers) {
  const RecordPtr bob = begin();
  std::string said;
  on("say", [&](const std::string& what) { said += what; });
  for (const char* what : {"a", "b", "c"}) take(alice, std::string(R"({"send":"say","data":")") + what + "\"}");
  take(bob, R"({"send":"say","data":"B"})");
  run();
  EXPECT_EQ(said, "aBbc");
}

TEST_F(MessagesTest, run_with_the_handler_that_they_were_taken_for_also_when_it_removes_itself) {
  int calls = 0;
  on("once", [&] {
    messages().handlers().remove("once");
    return ++calls;
  });
  take(R"({"request":"once","id":1})");
  take(R"({"request":"once","id":2})");
  run();
  EXPECT_EQ(next(), "1");
  EXPECT_EQ(next(), "2");
  EXPECT_EQ(shown(take(R"({"request":"once","id":3})").outcome).substr(0, 13), "unknown-name:");
}

TEST_F(MessagesTest, that_ask_are_not_run_for_a_session_that_has_ended) {
  int calls = 0;
  on("count", [&] { return ++calls; });
  std::vector<Reply<int>> kept;
  on("later", [&](Reply<int> reply) { kept.push_back(std::move(reply)); });
  take(R"({"request":"later","id":1})");
  run();
  take(R"({"request":"count","id":2})");
  service->sessions.expire({now() + std::chrono::hours(1), ms});
  ASSERT_TRUE(alice->ended);
  run();
  EXPECT_EQ(calls, 0);
  EXPECT_FALSE(kept[0].wanted());
  kept[0](1);
  kept.clear();
  alice.reset();
  ready.clear();
}

TEST_F(MessagesTest, that_have_not_begun_when_all_ends_do_not_begin) {
  int calls = 0;
  on("count", [&] { return ++calls; });
  std::vector<Reply<int>> kept;
  on("later", [&](Reply<int> reply) { kept.push_back(std::move(reply)); });
  take(R"({"request":"later","id":1})");
  run();
  take(R"({"request":"count","id":2})");
  take(R"({"send":"count"})");
  messages().close();
  run();
  kept[0](1);
  EXPECT_EQ(calls, 0);
  EXPECT_TRUE(ready.empty());
}

TEST_F(MessagesTest, that_nothing_runs_any_more_keep_nothing_alive) {
  on("count", [] { return 1; });
  for (int id = 1; id <= 3; ++id) take(R"({"request":"count","id":)" + std::to_string(id) + "}");
  messages().close();
  due.clear();
  ready.clear();
  const std::weak_ptr<Service> seen = service;
  alice.reset();
  service.reset();
  EXPECT_TRUE(seen.expired());
}

TEST_F(MessagesTest, that_are_answered_after_the_end_find_what_they_need) {
  std::vector<Reply<int>> kept;
  on("later", [&](Reply<int> reply) { kept.push_back(std::move(reply)); });
  take(R"({"request":"later","id":1})");
  run();
  messages().close();
  messages().handlers().clear();
  alice.reset();
  const std::weak_ptr<Service> seen = service;
  service.reset();
  EXPECT_FALSE(seen.expired());
  kept[0](1);
  kept.clear();
  EXPECT_TRUE(seen.expired());
}

}  // namespace
}  // namespace pushwire::session
