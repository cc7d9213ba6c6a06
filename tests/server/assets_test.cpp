#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "pushwire/server.hpp"
#include "server/http_client.hpp"

namespace pushwire {
namespace {

constexpr std::string_view kPage = "<!doctype html><title>Device</title>";

TEST(Assets, are_served_at_their_path_with_their_type) {
  Server server;
  server.add_asset({"/", "text/html; charset=utf-8", kPage});
  server.start();
  server.add_asset({"/late.css", "text/css", "a{}"});
  const HttpAnswer page = get(server.port(), "/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, kPage);
  EXPECT_EQ(page.field("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.field("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(page.field("Cache-Control"), "no-cache");
  EXPECT_EQ(get(server.port(), "/late.css").body, "a{}");
  EXPECT_EQ(get(server.port(), "/?query=1").body, kPage);
  EXPECT_EQ(get(server.port(), "/index.html").status, 404);
}

TEST(Assets, that_the_client_has_are_304) {
  Server server;
  server.add_asset({"/", "text/html", kPage});
  server.add_asset({"/other", "text/html", "other"});
  server.start();
  HttpClient client(server.port());
  const std::string etag = client.get("/").field("ETag");
  ASSERT_FALSE(etag.empty());
  for (const std::string& match : {etag, "W/" + etag, "\"x\", " + etag, std::string("*")}) {
    const HttpAnswer answer = client.get("/", {{"If-None-Match", match}});
    EXPECT_EQ(answer.status, 304) << match;
    EXPECT_EQ(answer.field("ETag"), etag);
    EXPECT_EQ(answer.field("Content-Length"), "");
  }
  EXPECT_EQ(client.get("/", {{"If-None-Match", "\"x\""}}).body, kPage);
  EXPECT_EQ(client.get("/other", {{"If-None-Match", etag}}).body, "other");
}

TEST(Assets, are_read_with_get_and_head_alone) {
  Server server;
  server.add_asset({"/", "text/html", kPage});
  server.start();
  HttpClient client(server.port());
  client.ask("/", {}, "HEAD");
  EXPECT_EQ(client.answer(true).field("Content-Length"), std::to_string(kPage.size()));
  client.ask("/", {{"Content-Length", "0"}}, "POST");
  const HttpAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.field("Allow"), "GET, HEAD");
}

TEST(Assets, may_be_larger_than_a_socket_takes_at_once) {
  Server server;
  std::string large(20'000'000, 'x');
  for (std::size_t i = 0; i < large.size(); i += 1000) large[i] = static_cast<char>('a' + i / 1000 % 26);
  server.add_asset({"/large", "application/octet-stream", large});
  server.start();
  HttpClient client(server.port());
  client.ask("/large");
  client.ask("/large");
  EXPECT_TRUE(client.answer().body == large);
  EXPECT_TRUE(client.answer().body == large);
  server.stop();
}

TEST(Assets, that_cannot_be_are_named) {
  Server server;
  server.add_asset({"/taken", "text/plain", ""});
  const auto fault = [&](const char* path, const char* type) -> std::string {
    try {
      server.add_asset({path, type, ""});
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return {};
  };
  for (const char* path : {"", "app.js", "/taken", "/pushwire", "/pushwire/client.js", "/pushwire/new"}) {
    EXPECT_NE(fault(path, "text/plain").find('"' + std::string(path) + '"'), std::string::npos) << path;
  }
  EXPECT_NE(fault("/x", "text/plain\r\nX-Evil: 1"), "");
  EXPECT_EQ(fault("/pushwire.js", "text/plain"), "");
}

TEST(Assets, the_client_script_is_one_of_them) {
  Server server;
  server.start();
  const HttpAnswer script = get(server.port(), "/pushwire/client.js");
  EXPECT_EQ(script.status, 200);
  EXPECT_EQ(script.field("Content-Type").substr(0, 15), "text/javascript");
  EXPECT_NE(script.body.find("connect"), std::string::npos);
  const HttpAnswer again = get(server.port(), "/pushwire/client.js", {{"If-None-Match", script.field("ETag")}});
  EXPECT_EQ(again.status, 304);
}

}  // namespace
}  // namespace pushwire
