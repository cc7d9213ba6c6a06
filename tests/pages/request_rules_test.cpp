#include "pages/request_rules.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pushwire::pages {
namespace {

Request request_of(std::string_view method, std::string_view path) {
  Request request;
  request.method = method;
  request.target = request.path = path;
  return request;
}

int status_of(const Request& request) {
  try {
    judge(request);
  } catch (const Refusal& refusal) {
    return refusal.head.status;
  }
  return 0;
}

TEST(RequestRules, methods_without_routes_are_501) {
  for (const char* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    EXPECT_EQ(status_of(request_of(method, "/")), 0) << method;
  }
  for (const char* method : {"TRACE", "CONNECT", "PRI", "get", "PROPFIND"}) {
    EXPECT_EQ(status_of(request_of(method, "/")), 501) << method;
  }
}

TEST(RequestRules, long_paths_are_414) {
  const std::string fits(kPathBytes, '/');
  EXPECT_EQ(status_of(request_of("GET", fits)), 0);
  EXPECT_EQ(status_of(request_of("GET", fits + "a")), 414);
}

TEST(RequestRules, an_encoded_nul_in_a_path_is_400) {
  for (const char* path : {"/a.txt%00.html", "/%00", "/a%%00", "/a%u0000.html", "/%u%00"}) {
    EXPECT_EQ(status_of(request_of("GET", path)), 400) << path;
  }
  for (const char* path : {"/a%2500", "/a%01", "/a%0", "/a%u0001"}) {
    EXPECT_EQ(status_of(request_of("GET", path)), 0) << path;
  }
  Request query = request_of("GET", "/a");
  query.query = "b=%00";
  EXPECT_EQ(status_of(query), 0);
}

TEST(RequestRules, content_codings_are_415) {
  Request request = request_of("POST", "/");
  request.fields = {{"content-encoding", "gzip"}};
  EXPECT_EQ(status_of(request), 415);
  request.fields = {{"Content-Encoding", "identity"}, {"Content-Encoding", "br"}};
  EXPECT_EQ(status_of(request), 415);
  request.fields = {{"Content-Encoding", "Identity"}};
  EXPECT_EQ(status_of(request), 0);
}

TEST(RequestRules, forms_have_one_plain_boundary) {
  Request request = request_of("POST", "/");
  const auto status = [&](std::string_view type) {
    request.fields = {{"Content-Type", type}};
    return status_of(request);
  };
  for (const char* type : {"multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW", "text/plain",
                           "multipart/form-data; boundary=\"a b\"", "Multipart/Form-Data;BOUNDARY=x",
                           "application/x-www-form-urlencoded"}) {
    EXPECT_EQ(status(type), std::string_view(type).find("a b") == std::string_view::npos ? 0 : 400) << type;
  }
  for (const char* type : {"multipart/form-data", "multipart/form-data;", "multipart/form-data; boundary=",
                           "multipart/form-data; charset=x; boundary=a", "multipart/form-data; boundary=a; boundary=b",
                           "multipart/form-data; boundary=a\"b", "multipart/form-data; boundary=\"\""}) {
    EXPECT_EQ(status(type), 400) << type;
  }
  EXPECT_EQ(status("multipart/form-data; boundary=" + std::string(71, 'a')), 400);
}

TEST(RequestRules, lines_in_the_heads_of_parts_are_bounded) {
  Request request = request_of("POST", "/");
  request.fields = {{"Content-Type", "multipart/form-data; boundary=B"}};
  const auto status = [&](const std::string& name, const std::string& content) {
    const std::string body =
        "--B\r\nX: 1\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content + "\r\n--B--\r\n";
    request.body = body;
    return status_of(request);
  };
  EXPECT_EQ(status("a", "b"), 0);
  EXPECT_EQ(status("a", std::string(100'000, 'x')), 0) << "a part's content is no line of its head";
  EXPECT_EQ(status(std::string(kPartLineBytes, 'n'), "b"), 400);
  EXPECT_EQ(status("a", "b\r\n--B\r\nContent-Disposition: form-data; name=\"" + std::string(100'000, 'n')), 400);
  EXPECT_EQ(status("a", "Content-Disposition: " + std::string(100'000, 'n')), 0);
}

TEST(RequestRules, what_the_connection_says_is_not_passed_on) {
  for (const char* name : {"Connection", "keep-alive", "Transfer-Encoding", "content-length", "Expect", "Upgrade",
                           "Range", "Accept-Encoding", "REMOTE_ADDR", "remote_port", "Local_Addr", "LOCAL_PORT"}) {
    EXPECT_FALSE(is_passed(name)) << name;
  }
  for (const char* name : {"Host", "Cookie", "Accept", "Authorization", "X-Remote-Addr"}) EXPECT_TRUE(is_passed(name));
}

TEST(RequestRules, one_canonical_head_is_written) {
  Request request = request_of("POST", "/a?b");
  request.body = "hello";
  request.version_minor = 0;
  request.fields = {{"Transfer-Encoding", "chunked"}, {"X", "a%0d%0aY: b"}};
  EXPECT_EQ(wire_head(request), "POST /a?b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n");
  request.method = "GET";
  EXPECT_EQ(wire_head(request), "GET /a?b HTTP/1.1\r\nHost: localhost\r\n\r\n");
  request.target = "/a??b=c?";
  EXPECT_EQ(wire_head(request), "GET /a?%3Fb=c%3F HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

}  // namespace
}  // namespace pushwire::pages
