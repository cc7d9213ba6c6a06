#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>

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
  const HttpAnswer index = get(server.port(), "/index.html");
  EXPECT_EQ(index.status, 301);
  EXPECT_EQ(index.field("Location"), "/");
  EXPECT_EQ(page.field("Cross-Origin-Resource-Policy"), "same-origin");
}

TEST(Assets, are_given_in_parts_to_those_who_ask) {
  Server server;
  server.add_asset({"/log", "text/plain", "0123456789"});
  server.start();
  HttpClient client(server.port());
  const HttpAnswer whole = client.get("/log");
  EXPECT_EQ(whole.field("Accept-Ranges"), "bytes");
  const std::string etag = whole.field("ETag");
  const HttpAnswer part = client.get("/log", {{"Range", "bytes=2-4"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "234");
  EXPECT_EQ(part.field("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(part.field("Content-Length"), "3");
  EXPECT_EQ(part.field("ETag"), etag);
  EXPECT_EQ(client.get("/log", {{"Range", "bytes=-2"}, {"If-Range", etag}}).body, "89");
  EXPECT_EQ(client.get("/log", {{"Range", "bytes=-2"}, {"If-Range", "\"old\""}}).status, 200);
  EXPECT_EQ(client.get("/log", {{"Range", "bytes=0-1,3-4"}}).body, "0123456789");
  const HttpAnswer none = client.get("/log", {{"Range", "bytes=10-"}});
  EXPECT_EQ(none.status, 416);
  EXPECT_EQ(none.field("Content-Range"), "bytes */10");
  EXPECT_EQ(client.get("/log", {{"Range", "bytes=2-4"}, {"If-None-Match", etag}}).status, 304);
  client.ask("/log", {{"Range", "bytes=2-4"}}, "HEAD");
  const HttpAnswer head = client.answer(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("Content-Length"), "10");
}

TEST(Assets, are_compressed_for_those_who_take_it) {
  Server server;
  server.add_asset({"/a.js", "text/javascript", "as it is", "packed", "max-age=60"});
  server.start();
  HttpClient client(server.port());
  const HttpAnswer packed = client.get("/a.js", {{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(packed.body, "packed");
  EXPECT_EQ(packed.field("Content-Encoding"), "gzip");
  EXPECT_EQ(packed.field("Vary"), "Accept-Encoding");
  EXPECT_EQ(packed.field("Cache-Control"), "max-age=60");
  const HttpAnswer again = client.get("/a.js", {{"Accept-Encoding", "gzip"}, {"If-None-Match", packed.field("ETag")}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.field("Vary"), "Accept-Encoding");
  EXPECT_EQ(again.field("Content-Encoding"), "");
  const HttpAnswer plain = client.get("/a.js", {{"If-None-Match", packed.field("ETag")}});
  EXPECT_EQ(plain.status, 200) << "the other encoding is another representation";
  EXPECT_EQ(plain.body, "as it is");
}

TEST(Assets, a_page_of_the_hosts_stands_where_nothing_is) {
  Server server;
  server.add_asset({"/404.html", "text/html", "<p>nothing"});
  server.start();
  HttpClient client(server.port());
  const HttpAnswer none = client.get("/none");
  EXPECT_EQ(none.status, 404);
  EXPECT_EQ(none.body, "<p>nothing");
  EXPECT_EQ(none.field("Content-Type"), "text/html");
  client.ask("/none", {{"Content-Length", "0"}}, "POST");
  EXPECT_EQ(client.answer().field("Content-Type"), "application/problem+json");
  EXPECT_EQ(server.stats().refusals.at(404), 2u);
}

TEST(Assets, of_a_folder_are_read_when_they_are_asked_for) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("pushwire-assets-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const auto write = [&](const std::string& text) { std::ofstream(folder / "index.html") << text; };
  write("one");
  {
    Server server;
    server.add_folder("/ui", folder.string());
    server.start();
    HttpClient client(server.port());
    EXPECT_EQ(client.get("/ui").field("Location"), "/ui/");
    const HttpAnswer first = client.get("/ui/");
    EXPECT_EQ(first.body, "one");
    EXPECT_EQ(client.get("/ui/", {{"If-None-Match", first.field("ETag")}}).status, 304);
    write("two");
    EXPECT_EQ(client.get("/ui/", {{"If-None-Match", first.field("ETag")}}).body, "two");
    EXPECT_THROW(server.add_folder("/pushwire/x", folder.string()), std::invalid_argument);
    EXPECT_THROW(server.add_folder("ui", folder.string()), std::invalid_argument);
    EXPECT_THROW(server.add_folder("/none", (folder / "none").string()), std::system_error);
  }
  std::filesystem::remove_all(folder);
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
