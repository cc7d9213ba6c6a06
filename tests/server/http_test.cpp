// What the core's HTTP promises to clients of any age.
#include <gtest/gtest.h>
#include <time.h>

#include <chrono>
#include <ctime>
#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/event_source.hpp"
#include "server/http_client.hpp"
#include "server/items.hpp"

namespace pushwire {
namespace {

class Http : public testing::Test {
 protected:
  Http() { server.start(); }
  std::string cursor() { return polled(get(server.port(), "/pushwire/poll").body).cursor; }

  Server server{Options{}.stop_timeout(std::chrono::milliseconds(50))};  // its clients do not close by themselves
  EventType<int> log = server.event<int>("log");
};

TEST_F(Http, head_answers_as_get_would_without_a_body) {
  log.emit(1);
  HttpAnswer whole = get(server.port(), "/pushwire/poll?after=earliest");
  HttpClient client(server.port());
  client.ask("/pushwire/poll?after=earliest", {}, "HEAD");
  HttpAnswer head = client.answer(true);
  EXPECT_EQ(head.status, 200);
  for (HttpAnswer* answer : {&whole, &head}) {
    EXPECT_EQ(answer->fields.front().first, "Date");
    answer->fields.erase(answer->fields.begin());
  }
  EXPECT_EQ(head.fields, whole.fields);
  EXPECT_EQ(head.field("Content-Length"), std::to_string(whole.body.size()));
  client.ask("/pushwire/sse", {}, "HEAD");
  const HttpAnswer stream = client.answer(true);
  EXPECT_EQ(stream.status, 200);
  EXPECT_EQ(stream.field("Content-Type"), "text/event-stream");
  client.ask("/pushwire/long-poll?after=" + cursor(), {}, "HEAD");
  EXPECT_EQ(client.answer(true).status, 200);
  client.ask("/nothing", {}, "HEAD");
  EXPECT_EQ(client.answer(true).status, 404);
  EXPECT_EQ(client.get("/pushwire/poll").status, 200);
}

TEST_F(Http, every_answer_has_the_date_at_which_it_was_given) {
  const auto seconds = [](const HttpAnswer& answer) {
    std::tm utc{};
    EXPECT_NE(::strptime(answer.field("Date").c_str(), "%a, %d %b %Y %H:%M:%S GMT", &utc), nullptr)
        << answer.status << ": " << answer.field("Date");
    return ::timegm(&utc);
  };
  HttpClient client(server.port());
  const std::string after = cursor();
  const auto now = [] { return std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()); };
  const std::time_t begun = now();  // not by time(), which may lag behind by a tick
  for (const std::string& target :
       {std::string("/pushwire/poll"), std::string("/nothing"), std::string("/pushwire/client.js"),
        "/pushwire/long-poll?wait_ms=1100&after=" + after}) {
    const std::time_t date = seconds(client.get(target));
    EXPECT_GE(date, begun) << target;
    EXPECT_LE(date, now()) << target;
  }
  EXPECT_GT(seconds(client.get("/pushwire/long-poll?wait_ms=0&after=" + after)), begun);
  EXPECT_GE(seconds(EventSource(server.port()).head()), begun);
}

TEST_F(Http, a_connection_is_kept_for_many_requests) {
  HttpClient client(server.port());
  for (int i = 0; i < 50; ++i) ASSERT_EQ(client.get("/pushwire/poll").status, 200);
  EXPECT_EQ(server.stats().accepted, 1u);
  EXPECT_EQ(server.stats().requests, 50u);
  const HttpAnswer last = client.get("/pushwire/poll", {{"Connection", "close"}});
  EXPECT_EQ(last.field("Connection"), "close");
  EXPECT_TRUE(client.ended());
}

TEST_F(Http, pipelined_polls_are_answered_in_order) {
  for (int i = 1; i <= 20; ++i) log.emit(i);
  const std::string epoch = epoch_of(cursor());
  std::string requests;
  for (int i = 0; i < 20; ++i) requests += request_text("/pushwire/poll?after=" + epoch + "-" + std::to_string(i));
  HttpClient client(server.port());
  client.socket().send(requests);
  for (int i = 0; i < 20; ++i) {
    const PolledAnswer answer = polled(client.answer().body);
    ASSERT_EQ(answer.items.size(), static_cast<std::size_t>(20 - i));
    EXPECT_EQ(answer.items[0].data, std::to_string(i + 1));
  }
}

TEST_F(Http, what_is_pipelined_behind_a_held_poll_waits_for_its_answer) {
  const std::string after = "?after=" + cursor();
  HttpClient client(server.port());
  client.socket().send(request_text("/pushwire/long-poll" + after) + request_text("/pushwire/negotiate") +
                       request_text("/pushwire/long-poll" + after) + request_text("/pushwire/poll"));
  EXPECT_FALSE(client.socket().readable_within(std::chrono::milliseconds(20)));
  log.emit(7);
  EXPECT_EQ(said(polled(client.answer().body).items), "log=7");
  EXPECT_NE(client.answer().body.find("\"protocol\":1"), std::string::npos);
  EXPECT_EQ(said(polled(client.answer().body).items), "log=7");
  EXPECT_EQ(polled(client.answer().body).resume, "new");
}

TEST_F(Http, version_1_0_gets_an_event_stream_that_ends_with_the_connection) {
  EventSource source(server.port(), "/pushwire/sse", {}, "HTTP/1.0");
  EXPECT_EQ(source.head().status, 200);
  EXPECT_EQ(source.head().field("Transfer-Encoding"), "");
  EXPECT_EQ(source.head().field("Connection"), "close");
  EXPECT_EQ(source.next().control, "hello");
  EXPECT_EQ(source.next().control, "live");
  log.emit(1);
  EXPECT_EQ(said({source.next_news()}), "log=1");
  server.stop();
  EXPECT_EQ(source.next().control, "bye");
  EXPECT_TRUE(source.ended());
}

TEST_F(Http, version_1_0_is_kept_alive_only_when_asked) {
  HttpClient kept(server.port());
  for (int i = 0; i < 2; ++i) {
    kept.socket().send(request_text("/pushwire/poll", {{"Connection", "keep-alive"}}, "GET", "HTTP/1.0"));
    const HttpAnswer answer = kept.answer();
    EXPECT_EQ(answer.field("Connection"), "keep-alive");
    EXPECT_EQ(answer.field("Transfer-Encoding"), "");
  }
  HttpClient once(server.port());
  once.socket().send("GET /pushwire/poll HTTP/1.0\r\n\r\n");
  EXPECT_EQ(once.answer().field("Connection"), "close");
  EXPECT_TRUE(once.ended());
}

TEST_F(Http, a_large_snapshot_ends_with_the_connection_for_version_1_0) {
  const auto door = server.event<std::string>("door", latest_by_key());
  for (int i = 0; i < 100; ++i) door.emit(std::to_string(i), std::string(2000, 'x'));
  HttpClient client(server.port());
  client.socket().send("GET /pushwire/poll HTTP/1.0\r\n\r\n");
  const HttpAnswer answer = client.answer();
  EXPECT_EQ(answer.field("Transfer-Encoding"), "");
  EXPECT_EQ(polled(answer.body).items.size(), 100u);
}

TEST_F(Http, a_large_snapshot_is_chunked_json_and_the_connection_is_kept) {
  const auto door = server.event<std::string>("door", latest_by_key());
  for (int i = 0; i < 200; ++i) door.emit(std::to_string(i), std::string(2000, 'x'));
  HttpClient client(server.port());
  const HttpAnswer answer = client.get("/pushwire/poll");
  EXPECT_EQ(answer.field("Transfer-Encoding"), "chunked");
  EXPECT_EQ(answer.field("Content-Length"), "");
  const PolledAnswer all = polled(answer.body);
  EXPECT_EQ(all.items.size(), 200u);
  EXPECT_EQ(sequence_of(all.cursor), 200u);
  EXPECT_EQ(client.get("/pushwire/poll?after=" + all.cursor).status, 200);
}

TEST_F(Http, news_above_64_kib_come_in_several_answers_that_say_so) {
  const std::string start = cursor();
  const auto text = server.event<std::string>("text");
  for (int i = 0; i < 10; ++i) text.emit(std::string(20'000, 'x'));
  HttpClient client(server.port());
  std::string after = start;
  std::size_t events = 0;
  std::size_t answers = 0;
  for (bool more = true; more; ++answers) {
    const PolledAnswer answer = polled(client.get("/pushwire/poll?after=" + after).body);
    ASSERT_FALSE(answer.items.empty());
    events += answer.items.size();
    after = answer.cursor;
    more = answer.more;
  }
  EXPECT_EQ(events, 10u);
  EXPECT_GE(answers, 3u);
}

TEST_F(Http, a_poll_with_nothing_new_is_304_and_its_cursor_stays_good) {
  const auto hidden = server.event<int>("hidden");
  log.emit(1);
  const std::string target = "/pushwire/poll?events=log&after=" + cursor();
  HttpClient client(server.port());
  const HttpAnswer first = client.get(target);
  const std::string etag = first.field("ETag");
  ASSERT_FALSE(etag.empty());

  hidden.emit(2);
  const HttpAnswer same = client.get(target, {{"If-None-Match", etag}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.field("ETag"), etag);
  EXPECT_EQ(same.body, "");

  log.emit(3);
  const HttpAnswer news = client.get(target, {{"If-None-Match", etag}});
  EXPECT_EQ(news.status, 200);
  EXPECT_EQ(said(polled(news.body).items), "log=3");
  EXPECT_NE(news.field("ETag"), etag);
  // The tag of one question is not that of another.
  EXPECT_EQ(client.get(target + "&at=1", {{"If-None-Match", news.field("ETag")}}).status, 200);
  EXPECT_EQ(client.get("/pushwire/poll?after=earliest", {{"If-None-Match", news.field("ETag")}}).status, 200);
}

TEST_F(Http, a_client_that_closes_its_sending_half_still_gets_its_answer) {
  log.emit(1);
  HttpClient client(server.port());
  client.ask("/pushwire/poll?after=earliest");
  client.socket().finish();
  EXPECT_EQ(said(polled(client.answer().body).items), "log=1");
}

TEST_F(Http, a_request_may_come_a_byte_at_a_time) {
  HttpClient client(server.port());
  for (const char byte : request_text("/pushwire/negotiate")) client.socket().send(std::string_view(&byte, 1));
  EXPECT_EQ(client.answer().status, 200);
}

TEST_F(Http, an_expected_100_is_said_before_the_body_comes) {
  Socket socket(server.port());
  socket.send(request_text("/nothing", {{"Content-Length", "2"}, {"Expect", "100-continue"}}, "POST"));
  while (socket.buffer() != "HTTP/1.1 100 Continue\r\n\r\n") ASSERT_TRUE(socket.receive()) << socket.buffer();
  socket.send("{}");
  EXPECT_EQ(read_head(socket).status, 404);
}

}  // namespace
}  // namespace pushwire
