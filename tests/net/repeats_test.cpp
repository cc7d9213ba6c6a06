// Polls and long-polls that come again word for word.
#include "net/repeats.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/hub_fixture.hpp"

namespace pushwire::net {
namespace {

using std::chrono::milliseconds;
using Moment = Repeats::Moment;

constexpr int kOne = 1;
constexpr int kOther = 2;

void offer(Repeats& repeats, std::string_view head, std::string_view body, Repeats::Content content = {}) {
  repeats.offer(&kOne, head, body, content, nullptr);
}

void keep(Repeats& repeats, std::string_view request, Moment moment) {
  std::unique_ptr<RequestReader> none;
  repeats.keep(&kOne, request, none, moment);
}

TEST(Repeats, an_answer_is_good_for_its_request_its_head_and_its_second) {
  Repeats repeats;
  offer(repeats, "head\r\n", "body", {3, true, false});
  EXPECT_EQ(repeats.find("request", {7, 1}), nullptr);
  keep(repeats, "request", {7, 1});
  const Repeats::Outcome* const known = repeats.find("request", {7, 1});
  ASSERT_NE(known, nullptr);
  EXPECT_EQ(known->answer, "head\r\nbody");
  EXPECT_EQ(known->content.events, 3u);
  EXPECT_NE(repeats.find("request and what follows", {7, 1}), nullptr);
  EXPECT_EQ(repeats.find("reques", {7, 1}), nullptr);
  EXPECT_EQ(repeats.find("Request", {7, 1}), nullptr);
  EXPECT_EQ(repeats.find("request", {8, 1}), nullptr);
  EXPECT_EQ(repeats.find("request", {7, 2}), nullptr);
}

TEST(Repeats, what_was_not_offered_or_is_too_large_is_not_kept) {
  Repeats repeats;
  keep(repeats, "request", {1, 1});
  EXPECT_EQ(repeats.find("request", {1, 1}), nullptr);
  offer(repeats, "a", "b");
  repeats.forget();
  keep(repeats, "request", {1, 1});
  EXPECT_EQ(repeats.find("request", {1, 1}), nullptr);
  offer(repeats, "a", std::string(Repeats::kAnswerBytes, 'b'));
  keep(repeats, "request", {1, 1});
  EXPECT_EQ(repeats.find("request", {1, 1}), nullptr);
  const std::string large(Repeats::kRequestBytes + 1, 'r');
  offer(repeats, "a", "b");
  keep(repeats, large, {1, 1});
  EXPECT_EQ(repeats.find(large, {1, 1}), nullptr);
}

TEST(Repeats, as_many_as_it_keeps_push_the_oldest_out) {
  Repeats repeats;
  for (int i = 0; i < 100; ++i) {
    offer(repeats, std::to_string(i), {});
    keep(repeats, "request " + std::to_string(i) + "\n", {1, 1});
  }
  EXPECT_EQ(repeats.find("request 0\n", {1, 1}), nullptr);
  ASSERT_NE(repeats.find("request 99\n", {1, 1}), nullptr);
  EXPECT_EQ(repeats.find("request 99\n", {1, 1})->answer, "99");
}

TEST(Repeats, what_another_connection_offered_is_not_kept) {
  Repeats repeats;
  std::unique_ptr<RequestReader> none;
  offer(repeats, "a", "b");
  repeats.keep(&kOther, "request", none, {1, 1});
  EXPECT_EQ(repeats.find("request", {1, 1}), nullptr);
  keep(repeats, "request", {1, 1});
  EXPECT_EQ(repeats.find("request", {1, 1}), nullptr) << "it was offered for the request before";
}

TEST(Repeats, what_clients_may_see_has_changed) {
  Repeats repeats;
  offer(repeats, "a", "b");
  keep(repeats, "request", {1, 1});
  const auto changes = repeats.changes();
  repeats.clear();
  EXPECT_EQ(repeats.find("request", {1, 1}), nullptr);
  EXPECT_NE(repeats.changes(), changes);
}

class RepeatedPolls : public HubTest {
 protected:
  RepeatedPolls() : type(add("news")) {
    for (int i = 1; i <= 3; ++i) emit(type, std::to_string(i));
  }
  std::string poll(const std::string& target, const std::string& fields = {}) {
    const auto wire = ask(target, fields);
    return wire->outgoing;
  }
  const log::TypeId type;
  const std::string from_the_first = "poll?after=epoch001-1";
};

TEST_F(RepeatedPolls, say_the_same_and_are_counted) {
  const std::string first = poll(from_the_first);
  ASSERT_NE(first.find(R"("data":2)"), std::string::npos);
  const auto deliveries = counters.deliveries.load();
  const auto requests = counters.requests.load();
  EXPECT_EQ(poll(from_the_first), first);
  EXPECT_EQ(counters.deliveries - deliveries, 2u);
  EXPECT_EQ(counters.requests - requests, 1u);
  EXPECT_TRUE(watchers.watched(type));
}

TEST_F(RepeatedPolls, say_what_has_happened_meanwhile) {
  const std::string first = poll(from_the_first);
  log.append(type, false, {}, "4", Event::Payload::json, clock.now());  // nobody has turned yet
  EXPECT_NE(poll(from_the_first).find(R"("data":4)"), std::string::npos);
  clock.ms += 1000;
  EXPECT_NE(poll(from_the_first).find(R"("data":4)"), std::string::npos);
}

TEST_F(RepeatedPolls, have_the_date_of_now) {
  const std::string first = poll(from_the_first);
  clock.ms += 1000;
  const std::string second = poll(from_the_first);
  EXPECT_NE(first, second);
  EXPECT_NE(second.find("Date: "), std::string::npos);
}

TEST_F(RepeatedPolls, in_a_row_are_answered_in_a_row) {
  const std::string one = poll(from_the_first);
  const std::string other = poll("poll?after=epoch001-2");
  auto wire = std::make_shared<ShortWire>();
  hub.accept(wire);
  const auto request = [](const std::string& target) {
    return "GET /pushwire/" + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  };
  wire->incoming = request(from_the_first) + request("poll?after=epoch001-2") + request(from_the_first);
  wire->observer().on_readable();
  EXPECT_EQ(wire->outgoing, one + other + one);
}

TEST_F(RepeatedPolls, of_a_session_are_answered_to_it_alone) {
  const std::string fields = "Pushwire-Session: new\r\n";
  const std::string first = poll(from_the_first, fields);
  ASSERT_NE(first.find("Pushwire-Session: "), std::string::npos);
  EXPECT_NE(poll(from_the_first, fields), first) << "each is given a token of its own";
}

TEST_F(RepeatedPolls, that_close_are_not_kept) {
  const std::string first = poll(from_the_first, "Connection: close\r\n");
  EXPECT_NE(first.find("Connection: close"), std::string::npos);
  auto wire = std::make_shared<ShortWire>();
  hub.accept(wire);
  wire->incoming = "GET /pushwire/" + from_the_first + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" +
                   "GET /pushwire/poll HTTP/1.1\r\nHost: localhost\r\n\r\n";
  wire->observer().on_readable();
  EXPECT_EQ(wire->outgoing, first);
}

TEST_F(RepeatedPolls, wait_for_a_client_that_takes_little) {
  const std::string first = poll(from_the_first);
  auto wire = std::make_shared<ShortWire>();
  wire->room = 10;
  hub.accept(wire);
  const std::string request = "GET /pushwire/" + from_the_first + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  wire->incoming = request + request;
  wire->observer().on_readable();
  EXPECT_EQ(wire->outgoing, first.substr(0, 10));
  for (std::size_t i = 0; i < first.size() && wire->outgoing.size() < 2 * first.size(); ++i) {
    wire->room = 50;
    wire->observer().on_writable();
  }
  EXPECT_EQ(wire->outgoing, first + first);
}

// Requests that follow others on their connection are served while others are: in the turn that these begin with.
TEST_F(RepeatedPolls, served_within_another_request_are_not_its_outcome) {
  auto wire = std::make_shared<ShortWire>();
  hub.accept(wire);
  wire->incoming =
      request("long-poll?wait_ms=20000&after=epoch001-3") + request(from_the_first) + request("poll?after=epoch001-2");
  wire->observer().on_readable();
  log.append(type, false, {}, "4", Event::Payload::json, clock.now());
  for (int i = 0; i < 2; ++i) EXPECT_NE(ask("sse")->outgoing.find("text/event-stream"), std::string::npos);
  EXPECT_NE(wire->outgoing.find(R"("data":4)"), std::string::npos);
}

TEST_F(RepeatedPolls, count_what_they_tell) {
  for (int i = 0; i < 3; ++i) ask("poll?after=another1-5");
  EXPECT_EQ(counters.resets.load(), 3u);
}

TEST_F(RepeatedPolls, are_no_idling) {
  const auto wire = ask(from_the_first);
  for (int second = 0; second < 200; ++second) {
    clock.ms += 1000;
    hub.tick();
    ask(from_the_first);  // so that the next is a repeat
    wire->outgoing.clear();
    wire->incoming = request(from_the_first);
    wire->observer().on_readable();
    ASSERT_NE(wire->outgoing, "") << "after " << second << " s";
  }
}

TEST_F(RepeatedPolls, are_judged_anew_where_rights_have_changed) {
  bool shown = true;
  const auto secret = log.add_type("secret", {}, Event::Payload::json, true);
  watchers.add_type("secret");
  sessions.service->visibility.restrict(
      secret, pushwire::Access(pushwire::Access::Predicate([&](const Identity&) { return shown; })));
  hub.turn();
  const std::string waits = "long-poll?wait_ms=20000&after=epoch001-3";
  auto wire = std::make_shared<ShortWire>();
  hub.accept(wire);
  wire->incoming = request(waits) + request(waits);
  wire->observer().on_readable();
  shown = false;
  sessions.mailbox.post([](Hub& judging) { judging.judge_again([](const session::Record*) { return true; }); });
  hub.turn();
  hub.reap();
  wire->outgoing.clear();
  emit(secret, R"("hidden")");
  EXPECT_EQ(wire->outgoing.find("hidden"), std::string::npos);
}

class RepeatedLongPolls : public RepeatedPolls {
 protected:
  void pass(milliseconds time) {
    clock.ms += time.count();
    hub.tick();
  }
  static constexpr const char* kAtTheHead = "long-poll?wait_ms=20000&after=epoch001-3";
};

TEST_F(RepeatedLongPolls, that_wait_are_all_answered) {
  std::vector<std::shared_ptr<ShortWire>> waiting;
  for (int i = 0; i < 4; ++i) waiting.push_back(ask(kAtTheHead));
  EXPECT_EQ(counters.requests.load(), 4u);
  EXPECT_TRUE(watchers.watched(type));
  for (const auto& wire : waiting) EXPECT_EQ(wire->outgoing, "");
  emit(type, "4");
  ASSERT_NE(waiting[0]->outgoing.find(R"("data":4)"), std::string::npos);
  for (const auto& wire : waiting) EXPECT_EQ(wire->outgoing, waiting[0]->outgoing);
  EXPECT_EQ(counters.deliveries.load(), 4u);
}

TEST_F(RepeatedLongPolls, wait_as_long_each) {
  const auto first = ask(kAtTheHead);
  pass(milliseconds(300));  // in the same second
  const auto second = ask(kAtTheHead);
  pass(milliseconds(19'800));
  EXPECT_NE(first->outgoing, "");
  EXPECT_EQ(second->outgoing, "");
  pass(milliseconds(400));
  EXPECT_NE(second->outgoing, "");
}

TEST_F(RepeatedLongPolls, ask_again_on_their_connection) {
  const auto one = ask(kAtTheHead);
  const auto other = ask(kAtTheHead);
  for (int n = 4; n < 8; ++n) {
    emit(type, std::to_string(n));
    for (const auto& wire : {one, other}) {
      EXPECT_NE(wire->outgoing.find("\"data\":" + std::to_string(n)), std::string::npos);
      wire->outgoing.clear();
      wire->incoming = request("long-poll?wait_ms=20000&after=epoch001-" + std::to_string(n), {});
      wire->observer().on_readable();
      EXPECT_EQ(wire->outgoing, "");
    }
  }
}

TEST_F(RepeatedLongPolls, with_news_are_answered_alike) {
  const std::string first = ask("long-poll?after=epoch001-1")->outgoing;
  ASSERT_NE(first.find(R"("data":2)"), std::string::npos);
  EXPECT_EQ(ask("long-poll?after=epoch001-1")->outgoing, first);
}

TEST_F(RepeatedLongPolls, do_not_answer_other_requests) {
  const auto held = ask(kAtTheHead);
  emit(type, "4");  // answers it, while nothing is being served
  ASSERT_NE(held->outgoing, "");
  // Held answers go out in the turn that serves the next request.
  const auto again = ask("long-poll?wait_ms=20000&after=epoch001-4");
  log.append(type, false, {}, "5", Event::Payload::json, clock.now());
  const auto late = ask("long-poll?wait_ms=20000&after=epoch001-5");
  EXPECT_NE(again->outgoing.find(R"("data":5)"), std::string::npos);
  EXPECT_EQ(late->outgoing, "");
  EXPECT_EQ(ask("long-poll?wait_ms=20000&after=epoch001-5")->outgoing, "");
}

TEST_F(RepeatedLongPolls, what_follows_one_that_waits_is_served_behind_it) {
  const auto first = ask(kAtTheHead);
  auto wire = std::make_shared<ShortWire>();
  hub.accept(wire);
  wire->incoming = request(kAtTheHead, {}) + request(from_the_first, {});
  wire->observer().on_readable();
  EXPECT_EQ(wire->outgoing, "");
  emit(type, "4");
  EXPECT_NE(wire->outgoing.find(R"("data":2)"), std::string::npos);
}

}  // namespace
}  // namespace pushwire::net
