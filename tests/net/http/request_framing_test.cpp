// The judgment alone: much of it llhttp would make as well, but not in every release and build.
#include "net/http/request_framing.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace pushwire::net {
namespace {

struct Judged {
  int status = 0;
  RequestFraming framing;
};

Judged judge(std::string_view method, std::vector<Request::Field> fields, int version_minor = 1) {
  Request request;
  request.method = method;
  request.version_minor = version_minor;
  request.fields = std::move(fields);
  request.fields.push_back({"hOST", "a"});
  Judged judged;
  if (const auto fault = judge_framing(request, Limits{}, judged.framing)) judged.status = fault->status;
  return judged;
}

TEST(RequestFraming, takes_one_length_or_chunked) {
  EXPECT_EQ(judge("POST", {{"content-length", "0012"}}).framing.content_length, 12u);
  EXPECT_FALSE(judge("POST", {{"content-length", "12"}}).framing.chunked);
  EXPECT_TRUE(judge("POST", {{"transfer-encoding", "CHUNKED"}}).framing.chunked);
  const Judged none = judge("GET", {});
  EXPECT_EQ(none.status, 0);
  EXPECT_FALSE(none.framing.chunked);
  EXPECT_EQ(none.framing.content_length, 0u);
}

TEST(RequestFraming, refuses_what_two_readers_could_frame_differently) {
  const std::vector<std::vector<Request::Field>> cases = {
      {{"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}},
      {{"Transfer-Encoding", "chunked"}, {"Content-Length", "5"}},
      {{"Content-Length", "5"}, {"CONTENT-LENGTH", "5"}},
      {{"Content-Length", "5,5"}},
      {{"Content-Length", "+5"}},
      {{"Content-Length", "-5"}},
      {{"Content-Length", "5a"}},
      {{"Content-Length", ""}},
      {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}},
      {{"Transfer-Encoding", "gzip, chunked"}},
      {{"Transfer-Encoding", "chunked, identity"}},
      {{"Transfer-Encoding", "xchunked"}},
      {{"Transfer-Encoding", ""}},
      {{"Host", "a"}},
      {{"Host", ""}},
  };
  for (const auto& fields : cases) EXPECT_EQ(judge("POST", fields).status, 400) << fields[0].name << fields[0].value;
  EXPECT_EQ(judge("POST", {{"Transfer-Encoding", "chunked"}}, 0).status, 400);
}

TEST(RequestFraming, numbers_above_every_integer_are_above_the_limit) {
  EXPECT_EQ(judge("POST", {{"Content-Length", "18446744073709551616"}}).status, 413);
  EXPECT_EQ(judge("POST", {{"Content-Length", "99999999999999999999999999"}}).status, 413);
}

TEST(RequestFraming, an_upgrade_beside_a_body_is_ignored_or_for_websocket_refused) {
  const Request::Field connection{"Connection", "Upgrade"};
  EXPECT_TRUE(judge("GET", {connection, {"Upgrade", "websocket"}}).framing.upgrade);
  EXPECT_TRUE(judge("GET", {connection, {"Upgrade", "websocket"}, {"Content-Length", "0"}}).framing.upgrade);
  EXPECT_EQ(judge("GET", {connection, {"Upgrade", "WebSocket"}, {"Content-Length", "1"}}).status, 400);
  const Judged h2c = judge("POST", {connection, {"Upgrade", "h2c"}, {"Content-Length", "1"}});
  EXPECT_EQ(h2c.status, 0);
  EXPECT_FALSE(h2c.framing.upgrade);
}

}  // namespace
}  // namespace pushwire::net
