// What comes of what handlers say.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <stdexcept>
#include <string>

#include "pages/page_server.hpp"

namespace pushwire {
namespace {

using httplib::DataSink;
using httplib::Request;
using httplib::Response;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(PageAnswers, exceptions_are_500_without_their_text) {
  PageServer web;
  web.pages().Get("/throws", [](const Request&, Response&) { throw std::runtime_error("secret"); });
  web.pages().Get("/number", [](const Request&, Response&) { throw 7; });
  web.start();
  HttpClient client(web.port());
  client.ask("/throws");
  const HttpAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.field("EXCEPTION_WHAT"), "");
  EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
  EXPECT_FALSE(holds(answer.body, "secret"));
  EXPECT_TRUE(web.log.say("\"/throws\" threw: secret")) << web.log.text();
  EXPECT_EQ(client.get("/number").status, 500);
}

TEST(PageAnswers, whoever_has_pages_throw_takes_no_lines_from_others) {
  PageServer web(Options{}.trusted_proxy("127.0.0.1"));
  web.pages().Get("/throws/.*", [](const Request&, Response&) { throw std::runtime_error("again"); });
  web.start();
  HttpClient client(web.port());
  for (int i = 0; i < 100; ++i) {
    client.ask("/throws/" + std::to_string(i), {{"X-Forwarded-For", "192.0.2.1"}});
    EXPECT_EQ(client.answer().status, 500);
  }
  client.ask("/throws/other", {{"X-Forwarded-For", "192.0.2.2"}});
  EXPECT_EQ(client.answer().status, 500);
  EXPECT_TRUE(web.log.say("192.0.2.2: the page at \"/throws/other\" threw: again")) << web.log.text();
  EXPECT_TRUE(web.log.say("192.0.2.1: the page at \"/throws/0\" threw: again"));
  EXPECT_FALSE(holds(web.log.text(), "/throws/50"));
}

TEST(PageAnswers, exceptions_stay_inside_also_where_the_host_takes_the_handler_away) {
  PageServer web;
  web.pages().set_exception_handler(nullptr);
  web.pages().Get("/throws", [](const Request&, Response&) { throw std::runtime_error("secret"); });
  web.start();
  Socket socket(web.port());
  socket.send(request_text("/throws", {{"Connection", "close"}}));
  while (socket.receive()) {
  }
  EXPECT_TRUE(holds(socket.buffer(), "HTTP/1.1 500 "));
  EXPECT_FALSE(holds(socket.buffer(), "secret")) << socket.buffer();
}

TEST(PageAnswers, fields_cannot_hold_lines) {
  PageServer web;
  web.pages().Get("/set", [](const Request&, Response& answer) {
    answer.set_header("X-Own", "a\r\nSet-Cookie: p=1");
    answer.set_content("x", "text/plain\r\nSet-Cookie: p=2");
  });
  web.pages().Get("/raw", [](const Request& request, Response& answer) {
    answer.headers.emplace("X-Own", request.get_param_value("value"));
    answer.set_content("x", "text/plain");
  });
  web.start();
  HttpClient client(web.port());
  EXPECT_EQ(client.get("/set").field("Set-Cookie"), "");
  for (const char* bad : {"a%0aSet-Cookie:+p", "a%0dSet-Cookie:+p", "a%01"}) {
    const HttpAnswer answer = get(web.port(), std::string("/raw?value=") + bad);
    EXPECT_EQ(answer.status, 500) << bad;
    EXPECT_EQ(answer.field("X-Own"), "");
  }
  EXPECT_TRUE(web.log.say("the value of the field X-Own has a control character"));
}

TEST(PageAnswers, statuses_that_are_none_are_500) {
  PageServer web;
  web.pages().Get(R"(/(\d+))",
                  [](const Request& request, Response& answer) { answer.status = std::stoi(request.matches[1]); });
  web.start();
  EXPECT_EQ(get(web.port(), "/101").status, 500);
  EXPECT_EQ(get(web.port(), "/999").status, 500);
  EXPECT_EQ(get(web.port(), "/418").status, 418);
  HttpClient client(web.port());
  EXPECT_EQ(client.get("/204").status, 204);
  EXPECT_EQ(client.get("/304").status, 304);
  EXPECT_EQ(client.get("/204").field("Content-Length"), "");
}

TEST(PageAnswers, documents_are_kept_from_other_sites_as_assets_are) {
  PageServer web;
  web.pages().Get("/page",
                  [](const Request&, Response& answer) { answer.set_content("<p>", "text/html; charset=utf-8"); });
  web.pages().Get("/own", [](const Request&, Response& answer) {
    answer.set_header("Referrer-Policy", "origin");
    answer.set_header("Cache-Control", "max-age=60");
    answer.set_content("<p>", "text/html");
  });
  web.start();
  const HttpAnswer page = get(web.port(), "/page");
  EXPECT_EQ(page.field("Referrer-Policy"), "no-referrer");
  EXPECT_EQ(page.field("X-Frame-Options"), "SAMEORIGIN");
  EXPECT_EQ(page.field("Content-Security-Policy"), "frame-ancestors 'self'");
  const HttpAnswer own = get(web.port(), "/own");
  EXPECT_EQ(own.field("Referrer-Policy"), "origin");
  EXPECT_EQ(own.field("Cache-Control"), "max-age=60");
}

// The server was told of no listening socket: cpp-httplib then sends a length and no body.
TEST(PageAnswers, content_providers_run) {
  PageServer web;
  web.pages().Get("/length", [](const Request&, Response& answer) {
    answer.set_content_provider(5, "text/plain", [](std::size_t offset, std::size_t length, DataSink& sink) {
      return sink.write(&"hello"[offset], std::min<std::size_t>(length, 2));
    });
  });
  web.pages().Get("/chunks", [](const Request&, Response& answer) {
    answer.set_chunked_content_provider("text/plain", [](std::size_t offset, DataSink& sink) {
      if (offset >= 6) return sink.done(), true;
      return sink.write("abc", 3);
    });
  });
  web.pages().Get("/open", [](const Request&, Response& answer) {
    answer.set_content_provider("text/plain", [](std::size_t offset, DataSink& sink) {
      if (offset >= 6) return sink.done(), true;
      return sink.write("abc", 3);
    });
  });
  web.start();
  HttpClient client(web.port());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.get("/length").body, "hello");
    EXPECT_EQ(client.get("/chunks").body, "abcabc");
    EXPECT_EQ(client.get("/open").body, "abcabc");
    client.ask("/chunks", {}, "HEAD");
    EXPECT_EQ(client.answer(true).status, 200);
    client.ask("/length", {}, "HEAD");
    EXPECT_EQ(client.answer(true).field("Content-Length"), "5");
  }
  Socket old(web.port());
  old.send(request_text("/chunks", {}, "GET", "HTTP/1.0"));
  while (old.receive()) {
  }
  EXPECT_EQ(old.buffer().substr(old.buffer().find("\r\n\r\n") + 4), "abcabc");
}

TEST(PageAnswers, ranges_never_reach_behind_the_end) {
  std::atomic<std::size_t> furthest{0};
  PageServer web;
  web.pages().Get("/data", [&](const Request&, Response& answer) {
    answer.set_content_provider(10, "text/plain", [&](std::size_t offset, std::size_t length, DataSink& sink) {
      furthest = std::max<std::size_t>(furthest, offset + length);
      return sink.write(&"0123456789"[offset], std::min<std::size_t>(length, 4));
    });
  });
  web.start();
  HttpClient client(web.port());
  const auto part = [&](const char* range) { return client.get("/data", {{"Range", range}}); };
  EXPECT_EQ(part("bytes=0-3").body, "0123");
  EXPECT_EQ(part("bytes=5-99").body, "56789");
  EXPECT_EQ(part("bytes=5-99").field("Content-Range"), "bytes 5-9/10");
  EXPECT_EQ(part("bytes=-2").body, "89");
  EXPECT_EQ(part("bytes=20-").status, 416);
  EXPECT_EQ(part("bytes=20-30").field("Content-Range"), "bytes */10");
  EXPECT_EQ(part("bytes=0-,0-,0-").body, "0123456789") << "several at once are not given";
  EXPECT_EQ(part(("bytes=" + std::string(8'000, '1') + "-").c_str()).status, 416);
  EXPECT_EQ(furthest, 10u);
}

TEST(PageAnswers, parts_are_of_what_is_asked_by_get_and_head) {
  PageServer web;
  const auto say = [](const Request&, Response& answer) { answer.set_content("0123456789", "text/plain"); };
  web.pages().Get("/data", say).Post("/data", say).Put("/data", say).Options("/data", say);
  web.start();
  HttpClient client(web.port());
  for (const std::string method : {"GET", "HEAD", "POST", "PUT", "OPTIONS"}) {
    const bool parts = method == "GET" || method == "HEAD";
    client.ask("/data", {{"Range", "bytes=0-1"}, {"Content-Length", "0"}}, method);
    const HttpAnswer answer = client.answer(method == "HEAD");
    EXPECT_EQ(answer.field("Accept-Ranges"), parts ? "bytes" : "") << method;
    EXPECT_EQ(answer.status, method == "GET" ? 206 : 200) << method;
  }
}

TEST(PageAnswers, folders_are_served) {
  char folder[] = "/tmp/pushwire-pages-XXXXXX";
  ASSERT_NE(::mkdtemp(folder), nullptr);
  std::ofstream(std::string(folder) + "/a.txt") << "in a file";
  std::ofstream(std::string(folder) + "/index.html") << "<p>";
  {
    PageServer web;
    ASSERT_TRUE(web.pages().set_mount_point("/files", folder));
    web.start();
    HttpClient client(web.port());
    EXPECT_EQ(client.get("/files/a.txt").body, "in a file");
    EXPECT_EQ(client.get("/files/a.txt", {{"Range", "bytes=3-3"}}).body, "a");
    EXPECT_EQ(client.get("/files/").body, "<p>");
    EXPECT_EQ(client.get("/files/../etc/passwd").status, 404);
    EXPECT_EQ(client.get("/files/%2e%2e/%2e%2e/etc/passwd").status, 404);
    for (const char* path : {"/files/a.txt%00.html", "/files/a.txt%u0000.html"}) {
      const HttpAnswer disguised = get(web.port(), path);
      EXPECT_EQ(disguised.status, 400) << path;
      EXPECT_EQ(disguised.body.find("in a file"), std::string::npos) << path;
    }
    client.ask("/files/a.txt", {}, "HEAD");
    EXPECT_EQ(client.answer(true).field("Content-Length"), "9");
  }
  ::unlink((std::string(folder) + "/a.txt").c_str());
  ::unlink((std::string(folder) + "/index.html").c_str());
  ::rmdir(folder);
}

TEST(PageAnswers, coded_answers_say_so) {
  PageServer web;
  web.pages().Get("/text",
                  [](const Request&, Response& answer) { answer.set_content(std::string(10'000, 'x'), "text/plain"); });
  web.start();
  const HttpAnswer coded = get(web.port(), "/text", {{"Accept-Encoding", "gzip"}});
  if (coded.field("Content-Encoding").empty()) return;  // a cpp-httplib without zlib
  EXPECT_LT(coded.body.size(), 1000u);
  EXPECT_EQ(coded.field("Vary"), "Accept-Encoding");
}

TEST(PageAnswers, are_coded_by_nothing_but_gzip_and_only_where_it_is_taken) {
  PageServer web;
  web.pages().Get("/text",
                  [](const Request&, Response& answer) { answer.set_content(std::string(10'000, 'x'), "text/plain"); });
  web.start();
  HttpClient client(web.port());
  for (const char* none : {"br", "br;q=0", "gzip;q=0", "gzip;q=0.000, br", "x-bread", "gzipped", "*;q=0"}) {
    const HttpAnswer plain = client.get("/text", {{"Accept-Encoding", none}});
    EXPECT_EQ(plain.field("Content-Encoding"), "") << none;
    EXPECT_EQ(plain.body.size(), 10'000u) << none;
  }
  const bool able = !client.get("/text", {{"Accept-Encoding", "gzip"}}).field("Content-Encoding").empty();
  for (const char* taken : {"gzip, deflate, br, zstd", "br, gzip;q=0.5", "*"}) {
    const HttpAnswer coded = client.get("/text", {{"Accept-Encoding", taken}});
    EXPECT_EQ(coded.field("Content-Encoding"), able ? "gzip" : "") << taken;
  }
}

}  // namespace
}  // namespace pushwire
