// Every refusal says what it is about, and concerns nobody else.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/event_source.hpp"
#include "server/eventually.hpp"
#include "server/websocket_peer.hpp"

namespace pushwire {
namespace {

class Refusals : public testing::Test {
 protected:
  static Options options() {
    Limits limits;
    limits.header_timeout = std::chrono::milliseconds(100);
    limits.body_timeout = std::chrono::milliseconds(100);
    return Options{}.limits(limits).allow_origin("https://app.example").stop_timeout(std::chrono::milliseconds(50));
  }

  Refusals() {
    server.start();
    bystander = std::make_unique<EventSource>(server.port());
    bystander->next(), bystander->next();
  }
  ~Refusals() override {
    log.emit(7);
    EXPECT_EQ(said({bystander->next_news()}), "log=7") << "another client's stream was stopped";
  }

  // Sends `request` and expects the problem that names `thing`.
  HttpAnswer expect(int status, const std::string& request, const std::string& thing) {
    HttpClient client(server.port());
    client.socket().send(request);
    const HttpAnswer answer = client.answer();
    EXPECT_EQ(answer.status, status) << request.substr(0, 200);
    EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
    const Problem problem = problem_of(answer.body);
    EXPECT_EQ(problem.status, status);
    EXPECT_EQ(problem.type, "about:blank");
    EXPECT_FALSE(problem.title.empty());
    EXPECT_NE(problem.detail.find(thing), std::string::npos) << problem.detail << " does not name " << thing;
    EXPECT_GE(server.stats().refusals[status], 1u);
    if (answer.field("Connection") == "close") {
      EXPECT_TRUE(client.ended());
    } else {
      EXPECT_EQ(client.get("/pushwire/negotiate").status, 200) << "the connection was to be kept";
    }
    return answer;
  }

  Server server{options()};
  EventType<int> log = server.event<int>("log");
  std::unique_ptr<EventSource> bystander;
};

TEST_F(Refusals, of_parameters_that_cannot_be_are_400_and_name_them) {
  for (const char* path : {"/pushwire/poll", "/pushwire/long-poll", "/pushwire/sse"}) {
    const auto ask = [&](const std::string& query, const std::string& thing) {
      expect(400, request_text(path + ("?" + query)), thing);
    };
    ask("after=yesterday", "after: \"yesterday\"");
    ask("events=log,,state", "events: \"\"");
    ask("events=a%0d%0aX-Evil:1", R"(events: "a\x0d\x0aX-Evil:1")");
    ask("fresh=no*good", "fresh: \"no*good\"");
    ask("wait_ms=60001", "wait_ms: \"60001\"");
    ask("wait_ms=soon", "wait_ms: \"soon\"");
    ask("heartbeat_ms=abc", "heartbeat_ms: \"abc\"");
    ask("heartbeat_ms=-1000", "heartbeat_ms: \"-1000\"");
    ask("heartbeat_ms=", "heartbeat_ms: \"\"");
    ask("heartbeat_ms=4294967296", "heartbeat_ms: \"4294967296\"");
    ask("at=2", "at: \"2\"");
    ask("envelope=yes", "envelope: \"yes\"");
    std::string many = "events=n";
    for (int i = 0; i < 256; ++i) many += ",n" + std::to_string(i);
    ask(many, "events: more than 256");
  }
  expect(400, request_text("/pushwire/websocket?after=x", websocket_fields()), "after: \"x\"");
  expect(400, request_text("/pushwire/websocket?heartbeat_ms=1s", websocket_fields()), "heartbeat_ms: \"1s\"");
  expect(400,
         request_text("/pushwire/websocket",
                      {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Version", "13"}}),
         "Sec-WebSocket-Key");
}

TEST_F(Refusals, of_heads_that_are_no_http_are_400_and_end_the_connection) {
  EXPECT_EQ(expect(400, "GET /pushwire/poll HTTP/1.1\r\n\r\n", "Host").field("Connection"), "close");
  expect(400, "\x16\x03\x01", "TLS");
  expect(400, "GET /pushwire/poll HTTP/1.1\nHost: x\n\n", "GET /pushwire/poll");
  expect(400, request_text("/pushwire/poll", {{"Host", "127.0.0.1"}, {"Bad Name", "x"}}), "\"Bad \"");
  expect(400, request_text("/x", {{"Content-Length", "2"}, {"Transfer-Encoding", "chunked"}}, "POST"),
         "Transfer-Encoding");
  expect(505, "GET /pushwire/poll HTTP/2.0\r\nHost: x\r\n\r\n", "HTTP/2.0");
  expect(501, "BREW /pot HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "BREW");
}

TEST_F(Refusals, of_foreign_origins_are_403) {
  for (const char* path : {"/pushwire/poll", "/pushwire/sse", "/pushwire/negotiate", "/nothing"}) {
    expect(403, request_text(path, {{"Origin", "https://evil.example"}}), "https://evil.example");
    expect(403, request_text(path, {{"Origin", "null"}}), "null");
  }
  expect(403, request_text("/pushwire/websocket", websocket_fields({{"Origin", "https://evil.example"}})),
         "evil.example");
}

TEST_F(Refusals, of_names_that_are_not_the_servers_are_421) {
  expect(421, request_text("/pushwire/poll", {{"Host", "evil.example"}}), "evil.example");
  expect(421, request_text("/pushwire/websocket", websocket_fields({{"Host", "evil.example:80"}})), "evil.example");
}

TEST_F(Refusals, of_paths_and_methods_are_404_and_405) {
  expect(404, request_text("/nothing/here"), "/nothing/here");
  expect(404, request_text("/pushwire"), "/pushwire");
  expect(404, request_text("/pushwire/pollen"), "/pushwire/pollen");
  const HttpAnswer poll =
      expect(405, request_text("/pushwire/poll", {{"Content-Length", "0"}}, "POST"), "/pushwire/poll");
  EXPECT_EQ(poll.field("Allow"), "GET, HEAD");
  const HttpAnswer websocket =
      expect(405, request_text("/pushwire/websocket", {{"Content-Length", "0"}}, "POST"), "/pushwire/websocket");
  EXPECT_EQ(websocket.field("Allow"), "GET");
  expect(405, request_text("/pushwire/negotiate", {}, "DELETE"), "/pushwire/negotiate");
}

TEST_F(Refusals, of_slow_requests_are_408) {
  expect(408, "GET /pushwire/poll HTTP/1.1\r\nHost: 127.0", "head");
  expect(408, request_text("/x", {{"Content-Length", "10"}}, "POST") + "12345", "body");
}

TEST_F(Refusals, of_bodies_are_411_413_and_417) {
  expect(411, request_text("/x", {}, "POST"), "POST");
  expect(413, request_text("/x", {{"Content-Length", "1048577"}}, "POST"), "1048577");
  expect(417, request_text("/x", {{"Content-Length", "1"}, {"Expect", "200-ok"}}, "POST"), "200-ok");
}

TEST_F(Refusals, of_large_heads_are_414_and_431) {
  expect(414, request_text("/" + std::string(9000, 'a')), "8192");
  expect(431, request_text("/", {{"X-Large", std::string(20'000, 'a')}}), "16384");
  HttpFields many;
  for (int i = 0; i < 101; ++i) many.emplace_back("X-" + std::to_string(i), "1");
  expect(431, request_text("/", many), "100");
}

TEST_F(Refusals, of_plain_requests_to_a_websocket_are_426) {
  const HttpAnswer answer = expect(426, request_text("/pushwire/websocket"), "WebSocket");
  EXPECT_EQ(answer.field("Upgrade"), "websocket");
  EXPECT_EQ(answer.field("Connection"), "Upgrade");
  const HttpAnswer version =
      expect(426,
             request_text("/pushwire/websocket", {{"Upgrade", "websocket"},
                                                  {"Connection", "Upgrade"},
                                                  {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                                                  {"Sec-WebSocket-Version", "8"}}),
             "13");
  EXPECT_EQ(version.field("Sec-WebSocket-Version"), "13");
}

TEST_F(Refusals, reach_the_client_though_it_goes_on_sending) {
  HttpClient client(server.port());
  client.socket().send(request_text("/x", {{"Content-Length", "500000000"}}, "POST") + std::string(300'000, 'x'));
  EXPECT_EQ(client.answer().status, 413);
}

TEST_F(Refusals, are_no_matter_for_an_origin_that_is_listed) {
  const HttpAnswer answer = get(server.port(), "/pushwire/poll", {{"Origin", "https://app.example"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("Access-Control-Allow-Origin"), "https://app.example");
  EXPECT_EQ(answer.field("Access-Control-Expose-Headers"), "ETag, Retry-After, Pushwire-Session");
  EXPECT_EQ(answer.field("Access-Control-Allow-Credentials"), "");
  EXPECT_EQ(answer.field("Vary"), "Origin");
  EXPECT_EQ(get(server.port(), "/pushwire/poll").field("Vary"), "Origin") << "a cache must not mix them up";
  // What was held when the answer was begun keeps its fields.
  HttpClient held(server.port());
  held.ask("/pushwire/long-poll?wait_ms=20&after=" + polled(answer.body).cursor, {{"Origin", "https://app.example"}});
  EXPECT_EQ(held.answer().field("Access-Control-Allow-Origin"), "https://app.example");
  EventSource source(server.port(), "/pushwire/sse", {{"Origin", "https://app.example"}});
  EXPECT_EQ(source.head().field("Access-Control-Allow-Origin"), "https://app.example");
}

TEST_F(Refusals, preflights_grant_what_the_client_needs) {
  HttpClient client(server.port());
  client.ask("/pushwire/poll",
             {{"Origin", "https://app.example"},
              {"Access-Control-Request-Method", "GET"},
              {"Access-Control-Request-Headers", "last-event-id"}},
             "OPTIONS");
  const HttpAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.field("Access-Control-Allow-Origin"), "https://app.example");
  EXPECT_EQ(answer.field("Access-Control-Allow-Methods"), "GET, POST");
  EXPECT_EQ(answer.field("Access-Control-Allow-Headers"),
            "Content-Type, Last-Event-ID, Pushwire-Session, Authorization, If-None-Match");
  client.ask("/pushwire/poll", {{"Origin", "https://evil.example"}, {"Access-Control-Request-Method", "GET"}},
             "OPTIONS");
  EXPECT_EQ(client.answer().status, 403);
}

TEST(Capacity, the_connection_above_the_limit_is_told_so_and_let_in_when_another_has_left) {
  Limits limits;
  limits.connections = 2;
  Server server{Options{}.limits(limits).stop_timeout(std::chrono::milliseconds(50))};
  const auto log = server.event<int>("log");
  server.start();
  EventSource first(server.port());
  auto second = std::make_unique<EventSource>(server.port());
  first.next(), first.next();
  second->next();

  for (const char* target : {"/pushwire/poll", "/pushwire/negotiate", "/pushwire/websocket"}) {
    HttpClient client(server.port());
    client.ask(target, websocket_fields());
    const HttpAnswer answer = client.answer();
    EXPECT_EQ(answer.status, 503) << target;
    EXPECT_EQ(problem_of(answer.body).status, 503);
    EXPECT_EQ(answer.field("Retry-After"), "5");
    EXPECT_TRUE(client.ended());
  }
  // An EventSource gives up for good on any status but 200.
  {
    HttpClient stream(server.port());
    const HttpAnswer told = stream.get("/pushwire/sse");
    EXPECT_EQ(told.status, 200);
    EXPECT_EQ(told.field("Content-Type"), "text/event-stream");
    EXPECT_EQ(told.body.substr(0, 7), "retry: ");
    EXPECT_TRUE(stream.ended());
  }

  log.emit(1);
  EXPECT_EQ(said({first.next_news()}), "log=1");
  second.reset();
  EXPECT_TRUE(eventually([&] { return get(server.port(), "/pushwire/poll").status == 200; }));
}

}  // namespace
}  // namespace pushwire
