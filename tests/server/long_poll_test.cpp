#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/eventually.hpp"
#include "server/http_client.hpp"
#include "server/items.hpp"

namespace pushwire {
namespace {

class LongPoll : public testing::Test {
 protected:
  LongPoll() { server.start(); }
  std::string target(const std::string& more = {}) {
    return "/pushwire/long-poll?after=" + polled(get(server.port(), "/pushwire/poll").body).cursor + more;
  }
  bool held(std::size_t count) {
    return eventually([&] { return server.stats().conversations.at("long-poll") == count; });
  }

  Server server{Options{}.stop_timeout(std::chrono::milliseconds(50))};  // its clients do not close by themselves
  EventType<int> log = server.event<int>("log");
  EventType<int> other = server.event<int>("other");
};

TEST_F(LongPoll, is_held_until_there_is_something_of_its_types) {
  HttpClient client(server.port());
  client.ask(target("&events=log"));
  ASSERT_TRUE(held(1));
  other.emit(1);
  log.emit(2);
  const PolledAnswer answer = polled(client.answer().body);
  EXPECT_EQ(answer.resume, "ok");
  EXPECT_EQ(said(answer.items), "log=2");
  EXPECT_EQ(sequence_of(answer.cursor), 2u);
  EXPECT_TRUE(held(0));
}

TEST_F(LongPoll, answers_at_once_when_there_is_something) {
  const std::string after = target();
  log.emit(1);
  EXPECT_EQ(said(polled(get(server.port(), after).body).items), "log=1");
}

TEST_F(LongPoll, answers_at_once_when_it_has_a_gap_a_reset_or_no_cursor) {
  EXPECT_EQ(polled(get(server.port(), "/pushwire/long-poll").body).resume, "new");
  EXPECT_EQ(polled(get(server.port(), "/pushwire/long-poll?after=zzzzzzzz-0").body).resume, "reset");
  const auto brief = server.event<int>("brief", history(1));
  const std::string after = target("&events=brief");
  brief.emit(1);
  brief.emit(2);
  EXPECT_EQ(polled(get(server.port(), after).body).resume, "gap");
}

TEST_F(LongPoll, does_not_wait_when_told_so) {
  other.emit(1);
  const PolledAnswer answer = polled(get(server.port(), target("&events=log&wait_ms=0")).body);
  EXPECT_EQ(answer.resume, "ok");
  EXPECT_TRUE(answer.items.empty());
  EXPECT_EQ(sequence_of(answer.cursor), 1u);
}

TEST_F(LongPoll, answers_empty_with_the_next_cursor_when_its_time_is_up) {
  HttpClient client(server.port());
  const auto before = std::chrono::steady_clock::now();
  client.ask(target("&events=log&wait_ms=150"));
  ASSERT_TRUE(held(1) || server.stats().requests > 1);
  other.emit(1);
  const PolledAnswer answer = polled(client.answer().body);
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(150));
  EXPECT_EQ(answer.resume, "ok");
  EXPECT_TRUE(answer.items.empty());
  EXPECT_EQ(sequence_of(answer.cursor), 1u);
}

TEST_F(LongPoll, is_a_read_and_no_drain) {
  const std::string after = target();
  HttpClient one(server.port());
  HttpClient two(server.port());
  one.ask(after);
  two.ask(after);
  ASSERT_TRUE(held(2));
  log.emit(1);
  const std::string body = one.answer().body;
  EXPECT_EQ(said(polled(body).items), "log=1");
  EXPECT_EQ(two.answer().body, body);
  EXPECT_EQ(one.get(after).body, body);
}

TEST_F(LongPoll, holds_on_when_its_type_had_nothing_to_tell_after_all) {
  const auto door = server.event<int>("door", latest_by_key());
  HttpClient client(server.port());
  client.ask(target("&events=door"));
  ASSERT_TRUE(held(1));
  door.erase("never there");
  other.emit(1);
  EXPECT_FALSE(client.socket().readable_within(std::chrono::milliseconds(20)));
  door.emit("front", 2);
  EXPECT_EQ(said(polled(client.answer().body).items), "door[front]=2");
}

TEST_F(LongPoll, a_client_that_goes_away_is_forgotten) {
  HttpClient client(server.port());
  client.ask(target());
  ASSERT_TRUE(held(1));
  client.socket().close();
  EXPECT_TRUE(held(0));
}

TEST_F(LongPoll, is_answered_when_the_server_stops) {
  HttpClient client(server.port());
  client.ask(target());
  ASSERT_TRUE(held(1));
  server.stop();
  const HttpAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_TRUE(polled(answer.body).items.empty());
  EXPECT_TRUE(client.ended());
}

TEST_F(LongPoll, a_client_gets_every_event_in_order_however_emits_and_polls_meet) {
  const auto many = server.event<int>("many", history(2000));
  HttpClient client(server.port());
  std::string after = polled(get(server.port(), "/pushwire/poll").body).cursor;
  int next = 0;
  for (int round = 0; round < 200; ++round) {
    client.ask("/pushwire/long-poll?events=many&after=" + after);
    for (int i = 0; i < 5; ++i) many.emit(round * 5 + i);
    const PolledAnswer answer = polled(client.answer().body);
    for (const Item& item : answer.items) ASSERT_EQ(item.data, std::to_string(next++));
    after = answer.cursor;
  }
  while (next < 1000) {
    const PolledAnswer answer = polled(client.get("/pushwire/long-poll?events=many&after=" + after).body);
    for (const Item& item : answer.items) ASSERT_EQ(item.data, std::to_string(next++));
    after = answer.cursor;
  }
}

}  // namespace
}  // namespace pushwire
