#include "net/http/response_head.hpp"

#include <gtest/gtest.h>

#include <string>

#include "net/framing.hpp"
#include "net/http/preflight.hpp"
#include "net/http/problem.hpp"
#include "pushwire/transport.hpp"

namespace pushwire::net {
namespace {

using Body = ResponseHead::Body;

std::string written(const ResponseHead& head) {
  std::string out;
  append_head(head, out);
  return out;
}

ResponseHead answer(int status, Body body, int version_minor = 1) {
  ResponseHead head;
  head.status = status;
  head.body = body;
  head.version_minor = version_minor;
  head.content_length = 12;
  return head;
}

bool has(const std::string& head, const std::string& line) { return head.find("\r\n" + line + "\r\n") != head.npos; }

TEST(ResponseHead, is_written_in_order_and_whole) {
  const std::vector<std::pair<std::string, std::string>> fields{{"ETag", "\"1\""}, {"X", "y"}};
  ResponseHead head = answer(200, Body::length);
  head.content_type = "application/json";
  head.cache_control = "no-cache";
  head.date = "Sun, 06 Nov 1994 08:49:37 GMT";
  head.fields = &fields;
  EXPECT_EQ(written(head),
            "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: application/json\r\n"
            "Content-Length: 12\r\nCache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\n"
            "Cross-Origin-Resource-Policy: same-origin\r\nETag: \"1\"\r\nX: y\r\n\r\n");
}

TEST(ResponseHead, is_appended_to_what_is_there) {
  std::string out = "before";
  append_head(answer(404, Body::none), out);
  EXPECT_EQ(out, "beforeHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nX-Content-Type-Options: nosniff\r\n\r\n");
}

TEST(ResponseHead, frames_the_body_as_the_version_allows) {
  EXPECT_TRUE(has(written(answer(200, Body::chunked)), "Transfer-Encoding: chunked"));
  EXPECT_FALSE(has(written(answer(200, Body::chunked)), "Connection: close"));

  const std::string old = written(answer(200, Body::chunked, 0));
  EXPECT_EQ(old.find("Transfer-Encoding"), old.npos);
  EXPECT_EQ(old.find("Content-Length"), old.npos);
  EXPECT_TRUE(has(old, "Connection: close"));

  const std::string until_close = written(answer(200, Body::until_close));
  EXPECT_EQ(until_close.find("Content-Length"), until_close.npos);
  EXPECT_TRUE(has(until_close, "Connection: close"));
}

TEST(ResponseHead, spells_persistence_where_it_is_not_the_default) {
  ResponseHead head = answer(200, Body::length);
  EXPECT_EQ(written(head).find("Connection"), std::string::npos);
  head.version_minor = 0;
  EXPECT_TRUE(has(written(head), "Connection: keep-alive"));
  head.close = true;
  EXPECT_TRUE(has(written(head), "Connection: close"));
  head.version_minor = 1;
  EXPECT_TRUE(has(written(head), "Connection: close"));
}

TEST(ResponseHead, of_204_and_304_announces_no_body) {
  for (const int status : {204, 304}) {
    for (const Body body : {Body::none, Body::length, Body::chunked, Body::until_close}) {
      const std::string head = written(answer(status, body));
      EXPECT_EQ(head.find("Content-Length"), head.npos) << head;
      EXPECT_EQ(head.find("Transfer-Encoding"), head.npos) << head;
      EXPECT_EQ(head.find("Connection"), head.npos) << head;
    }
  }
}

TEST(ResponseHead, of_101_is_the_status_and_the_transports_fields) {
  const std::vector<std::pair<std::string, std::string>> fields{{"Upgrade", "websocket"}, {"Connection", "Upgrade"}};
  ResponseHead head = answer(101, Body::until_close);
  head.content_type = "text/plain";
  head.close = true;
  head.vary_origin = true;
  head.fields = &fields;
  EXPECT_EQ(written(head), "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
}

TEST(ResponseHead, tells_a_listed_origin_that_it_may_read) {
  ResponseHead head = answer(200, Body::length);
  EXPECT_EQ(written(head).find("Access-Control"), std::string::npos);
  EXPECT_EQ(written(head).find("Vary"), std::string::npos);
  head.vary_origin = true;
  EXPECT_TRUE(has(written(head), "Vary: Origin"));
  EXPECT_EQ(written(head).find("Access-Control"), std::string::npos);
  head.cors_origin = "https://app.example";
  EXPECT_TRUE(has(written(head), "Vary: Origin"));
  EXPECT_TRUE(has(written(head), "Access-Control-Allow-Origin: https://app.example"));
  EXPECT_TRUE(has(written(head), "Access-Control-Expose-Headers: ETag, Retry-After, Pushwire-Session"));
}

TEST(Chunk, has_its_size_in_hexadecimal_and_is_never_the_last_one) {
  std::string out;
  append_chunk("", out);
  EXPECT_EQ(out, "");
  append_chunk("hello", out);
  append_chunk(std::string(255, 'x'), out);
  EXPECT_EQ(out, "5\r\nhello\r\nff\r\n" + std::string(255, 'x') + "\r\n");
  out += kLastChunk;
  EXPECT_EQ(out.substr(out.size() - 5), "0\r\n\r\n");
}

TEST(Preflight, from_a_listed_origin_is_answered) {
  Request request;
  request.method = "OPTIONS";
  request.fields = {{"Origin", "https://app.example"}, {"Access-Control-Request-Method", "POST"}};
  const Access listed{0, {}, true};
  const auto head = answer_preflight(request, listed);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 204);
  const std::vector<std::pair<std::string, std::string>> fields{
      {"Access-Control-Allow-Methods", "GET, POST"},
      {"Access-Control-Allow-Headers", "Content-Type, Last-Event-ID, Pushwire-Session, Authorization, If-None-Match"},
      {"Access-Control-Max-Age", "600"}};
  EXPECT_EQ(head->fields, fields);

  request.fields.push_back({"Access-Control-Request-Private-Network", "true"});
  const auto with_private = answer_preflight(request, listed);
  ASSERT_TRUE(with_private);
  EXPECT_EQ(with_private->fields.back().first, "Access-Control-Allow-Private-Network");
}

TEST(Preflight, for_a_page_grants_its_methods_and_the_fields_that_are_asked_for) {
  Request request;
  request.method = "OPTIONS";
  request.fields = {{"Origin", "https://app.example"},
                    {"Access-Control-Request-Method", "DELETE"},
                    {"Access-Control-Request-Headers", "x-mine,if-match"}};
  const Access listed{0, {}, true};
  const auto fields = [&](bool for_page) { return answer_preflight(request, listed, for_page)->fields; };
  using Field = std::pair<std::string, std::string>;
  EXPECT_EQ(fields(true)[0], Field("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE"));
  EXPECT_EQ(fields(true)[1], Field("Access-Control-Allow-Headers", "x-mine,if-match"));
  const Field ours = fields(false)[1];
  EXPECT_EQ(ours.second.find("x-mine"), std::string::npos);
  request.fields.pop_back();
  EXPECT_EQ(fields(true)[1], ours);
}

TEST(Preflight, grants_nothing_else) {
  Request request;
  request.method = "OPTIONS";
  request.fields = {{"Origin", "https://app.example"}, {"Access-Control-Request-Method", "POST"}};
  EXPECT_FALSE(answer_preflight(request, Access{403, "no", false}));
  EXPECT_FALSE(answer_preflight(request, Access{0, {}, false}));
  request.method = "GET";
  EXPECT_FALSE(answer_preflight(request, Access{0, {}, true}));
  request.method = "OPTIONS";
  request.fields.pop_back();
  EXPECT_FALSE(answer_preflight(request, Access{0, {}, true}));
}

TEST(Problem, says_what_is_wrong_as_json) {
  EXPECT_EQ(problem_json(421, "the Host \"evil\" is not a name of this server"),
            R"({"type":"about:blank","title":"Misdirected Request","status":421,)"
            R"("detail":"the Host \"evil\" is not a name of this server"})");
  EXPECT_EQ(problem_json(599, ""), R"({"type":"about:blank","title":"","status":599,"detail":""})");
}

TEST(Problem, every_status_that_is_answered_has_a_phrase) {
  for (const int status : {100, 101, 200, 204, 304, 400, 401, 403, 404, 405, 406, 408, 409, 410,
                           411, 412, 413, 414, 415, 417, 421, 426, 429, 431, 500, 501, 503, 505}) {
    EXPECT_FALSE(reason_phrase(status).empty()) << status;
  }
}

TEST(ResponseHead, fields_of_the_answer_replace_general_ones) {
  ResponseHead head = answer(200, Body::length);
  head.date = "now";
  head.cache_control = "no-cache";
  const std::vector<std::pair<std::string, std::string>> fields = {{"date", "then"},
                                                                   {"CACHE-CONTROL", "max-age=1"},
                                                                   {"x-content-type-options", "own"},
                                                                   {"cross-origin-resource-policy", "cross-origin"}};
  head.fields = &fields;
  const std::string out = written(head);
  for (const char* general : {"now", "no-cache", "nosniff", "same-origin"}) {
    EXPECT_EQ(out.find(general), std::string::npos) << out;
  }
  head.fields = nullptr;
  for (const char* general : {"now", "no-cache", "nosniff", "same-origin"}) {
    EXPECT_NE(written(head).find(general), std::string::npos) << general;
  }
}

}  // namespace
}  // namespace pushwire::net
