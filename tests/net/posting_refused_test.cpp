// Batches of messages that are not taken: what the client is told, and that nothing of them was done.
#include "net/talk_fixture.hpp"

namespace pushwire::net {
namespace {

class RefusedPost : public TalkTest {
 protected:
  explicit RefusedPost(session::ServiceLimits limits = {}, HubSettings settings = {})
      : TalkTest(std::move(settings), limits) {
    on("note", [this] { ++notes; });
    alice = token();
  }
  // Expects the refusal, and that nothing was taken.
  HttpAnswer expect(int status, const std::string& sentence, const std::string& request) {
    const auto wire = send(request);
    settle();
    HttpAnswer answer = answer_of(wire->outgoing);
    EXPECT_EQ(answer.status, status) << request.substr(0, 300);
    EXPECT_TRUE(has(answer.body, sentence)) << answer.body;
    EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
    EXPECT_TRUE(answer.complete);
    EXPECT_EQ(notes, 0);
    return answer;
  }

  static constexpr const char* kNote = R"([{"send":"note"}])";
  int notes = 0;
  std::string alice;
};

TEST_F(RefusedPost, that_is_no_post) {
  for (const char* method : {"GET", "PUT", "DELETE", "HEAD"}) {
    std::string request = post_of(alice, kNote);
    request.replace(0, 4, method);
    const auto wire = send(request);
    const HttpAnswer answer = answer_of(wire->outgoing);
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(answer.field("Allow"), "POST");
  }
  settle();
  EXPECT_EQ(notes, 0);
}

TEST_F(RefusedPost, that_is_not_said_to_be_json) {
  const std::string field = "Content-Type: application/json\r\n";
  for (const char* type : {"", "Content-Type: text/plain\r\n", "Content-Type: application/x-www-form-urlencoded\r\n",
                           "Content-Type: application/jsonp\r\n", "Content-Type: application/+json\r\n",
                           "Content-Type: text/application/json\r\n", "Content-Type: ; application/json\r\n"}) {
    std::string request = post_of(alice, kNote);
    request.replace(request.find(field), field.size(), type);
    expect(415, "application/json", request);
  }
  for (const char* type :
       {"application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.x+json", "application/json ;a"}) {
    std::string request = post_of(alice, "[]");
    request.replace(request.find(field), field.size(), "Content-Type: " + std::string(type) + "\r\n");
    EXPECT_EQ(answer_of(send(request)->outgoing).status, 200) << type;
  }
}

TEST_F(RefusedPost, that_says_no_session) {
  std::string request = post_of(alice, kNote);
  request.erase(request.find("Pushwire-Session"), with(alice).size());
  expect(400, "there is no field Pushwire-Session", request);
}

TEST_F(RefusedPost, of_a_session_that_is_none_and_is_told_a_new_one) {
  std::string forged = alice;
  forged[10] = forged[10] == 'A' ? 'B' : 'A';
  const std::string spent = token();
  pass(std::chrono::seconds(120));
  for (const std::string& bad : {forged, spent, std::string("new"), std::string(43, 'A'), std::string(1000, 'x'),
                                 alice.substr(0, 42), alice + "A", std::string("\x80\xFF")}) {
    const HttpAnswer answer = expect(410, "expired", post_of(bad, kNote));
    const std::string fresh = answer.field("Pushwire-Session");
    EXPECT_EQ(fresh.size(), 43u);
    EXPECT_EQ(answer_of(post(fresh, "[]")->outgoing).status, 200);
  }
}

TEST_F(RefusedPost, whose_body_is_no_array_of_frames) {
  for (const std::string& body :
       {std::string(), std::string("{}"), std::string("1"), std::string("null"), std::string("[1"),
        std::string(kNote) + "x", std::string("[\"\xFF\"]"), std::string("[\0]", 3), std::string("\xEF\xBB\xBF[]x")}) {
    expect(400, "the body is not", post_of(alice, body));
  }
  expect(400, "nests deeper", post_of(alice, std::string(50'000, '[')));
  std::string many = "[{\"send\":\"note\"}";
  for (int i = 0; i < 1000; ++i) many += ",1";
  expect(400, "more than 1000 frames", post_of(alice, many + "]"));
}

TEST_F(RefusedPost, that_is_too_large) {
  const auto wire = send("POST /pushwire/send HTTP/1.1\r\nHost: localhost\r\n" + with(alice) +
                         "Content-Type: application/json\r\nContent-Length: 1048577\r\n\r\n");
  EXPECT_EQ(answer_of(wire->outgoing).status, 413);
}

TEST_F(RefusedPost, from_a_page_of_another_site) {
  expect(403, "evil.example", post_of(alice, kNote, "Origin: https://evil.example\r\n"));
}

class SlowPost : public RefusedPost {
 protected:
  SlowPost() : RefusedPost(slow()) {}
  static session::ServiceLimits slow() {
    session::ServiceLimits limits;
    limits.sessions.messages_per_second = 10;
    limits.sessions.message_burst = 20;
    return limits;
  }
  static std::string notes_of(int count) {
    std::string body = "[";
    for (int i = 0; i < count; ++i) body += R"({"send":"note"},)";
    body.back() = ']';
    return body;
  }
};

TEST_F(SlowPost, that_is_more_than_a_session_may_send_says_when_to_come_again) {
  post(alice, notes_of(20));
  settle();
  EXPECT_EQ(std::exchange(notes, 0), 20);
  const HttpAnswer answer = expect(429, "more messages", post_of(alice, notes_of(15)));
  EXPECT_EQ(answer.field("Retry-After"), "2");
  pass(std::chrono::seconds(2));
  EXPECT_EQ(answer_of(post(alice, notes_of(15))->outgoing).status, 200);
  settle();
  EXPECT_EQ(notes, 15);
}

TEST_F(SlowPost, that_is_more_than_a_burst_is_taken_in_its_time) {
  EXPECT_EQ(answer_of(post(alice, notes_of(100))->outgoing).status, 200);
  settle();
  EXPECT_EQ(std::exchange(notes, 0), 100);
  EXPECT_EQ(expect(429, "more messages", post_of(alice, notes_of(1))).field("Retry-After"), "9");
}

class FullPost : public RefusedPost {
 protected:
  FullPost() : RefusedPost(few()) {}
  static session::ServiceLimits few() {
    session::ServiceLimits limits;
    limits.sessions.most = 1;
    return limits;
  }
};

TEST_F(FullPost, that_the_server_has_no_session_left_for) {
  const auto stream = ask("sse", with("new"));
  ASSERT_EQ(service().sessions.size(), 1u);
  const HttpAnswer answer = expect(503, "all the sessions", post_of(alice, kNote));
  EXPECT_EQ(answer.field("Retry-After"), "5");
  EXPECT_EQ(answer.field("Pushwire-Session"), "");
  stream->gone = true;
  stream->observer().on_readable();
  EXPECT_EQ(answer_of(post(alice, "[]")->outgoing).status, 200);
}

class CrowdedPost : public RefusedPost {
 protected:
  CrowdedPost() : RefusedPost({}, two()) {}
  static HubSettings two() {
    HubSettings settings;
    settings.limits.connections = 2;
    return settings;
  }
};

TEST_F(CrowdedPost, by_a_connection_too_many) {
  hub.accept(std::make_shared<ShortWire>());
  hub.accept(std::make_shared<ShortWire>());
  const HttpAnswer answer = expect(503, "all the connections", post_of(alice, kNote));
  EXPECT_EQ(answer.field("Retry-After"), "5");
  EXPECT_EQ(service().sessions.size(), 0u) << "no record for it either";
}

}  // namespace
}  // namespace pushwire::net
