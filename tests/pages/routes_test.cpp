#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "pages/page_server.hpp"

namespace pushwire {
namespace {

using httplib::Request;
using httplib::Response;

TEST(Pages, are_served_on_the_servers_port) {
  PageServer web;
  web.pages().Get("/api/info", [](const Request&, Response& answer) {
    answer.set_content(R"({"version":"2.4"})", "application/json");
  });
  web.start();
  const HttpAnswer answer = get(web.port(), "/api/info");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"version":"2.4"})");
  EXPECT_EQ(answer.field("Content-Type"), "application/json");
  EXPECT_EQ(answer.field("Content-Length"), "17");
  EXPECT_EQ(answer.field("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(answer.field("Cache-Control"), "no-cache");
  EXPECT_NE(answer.field("Date"), "");
  EXPECT_EQ(answer.field("Connection"), "");
  EXPECT_EQ(answer.field("Keep-Alive"), "");
}

TEST(Pages, keep_a_connection_alive_as_the_server_does) {
  PageServer web;
  web.pages().Get(R"(/n/(\d+))", [](const Request& request, Response& answer) {
    answer.set_content(request.matches[1].str(), "text/plain");
  });
  web.start();
  HttpClient client(web.port());
  for (int i = 0; i < 20; ++i) client.ask("/n/" + std::to_string(i));  // more than cpp-httplib's five
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.answer().body, std::to_string(i));
  EXPECT_EQ(client.get("/pushwire/negotiate").status, 200);
}

TEST(Pages, come_behind_the_librarys_own_paths_and_the_assets) {
  PageServer web;
  web.pages().Get("[^]*", [](const Request&, Response& answer) { answer.set_content("page", "text/plain"); });
  web.add_asset({"/app.js", "text/javascript", "asset"});
  web.start();
  EXPECT_EQ(get(web.port(), "/app.js").body, "asset");
  EXPECT_EQ(get(web.port(), "/other.js").body, "page");
  EXPECT_EQ(get(web.port(), "/").body, "page");
  EXPECT_NE(get(web.port(), "/pushwire/client.js").body, "page");
  EXPECT_EQ(get(web.port(), "/pushwire/none").status, 404);
  EXPECT_EQ(get(web.port(), "/pushwire").status, 404);
}

TEST(Pages, that_there_are_not_are_404_with_a_problem) {
  PageServer web;
  web.pages();
  web.start();
  HttpClient client(web.port());
  const HttpAnswer answer = client.get("/no\"ne?a=1");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
  EXPECT_NE(answer.body.find(R"("status":404)"), std::string::npos) << answer.body;
  EXPECT_EQ(client.get("/pushwire/negotiate").status, 200) << "the connection goes on";
}

TEST(Pages, that_there_are_not_have_the_asset_that_says_so) {
  PageServer web;
  web.pages().Get("/own", [](const Request&, Response& answer) {
    answer.status = 404;
    answer.set_content("own", "text/plain");
  });
  web.add_asset({"/404.html", "text/html", "lost"});
  web.start();
  HttpClient client(web.port());
  EXPECT_EQ(client.get("/none").body, "lost");
  EXPECT_EQ(client.get("/own").body, "own");
}

TEST(Pages, have_the_hosts_own_errors) {
  PageServer web;
  web.pages().set_error_handler([](const Request&, Response& answer) {
    answer.set_content("nothing here: " + std::to_string(answer.status), "text/plain");
  });
  web.start();
  EXPECT_EQ(get(web.port(), "/none").body, "nothing here: 404");
}

TEST(Pages, echo_bodies_of_every_method) {
  PageServer web;
  const auto echo = [](const Request& request, Response& answer) {
    answer.set_content(request.method + " " + request.body, "text/plain");
  };
  web.pages().Get("/e", echo).Post("/e", echo).Put("/e", echo).Patch("/e", echo).Delete("/e", echo).Options("/e", echo);
  web.start();
  HttpClient client(web.port());
  for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    client.socket().send(method + " /e HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_EQ(client.answer().body, method + " hello");
    client.socket().send(method +
                         " /e HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n");
    EXPECT_EQ(client.answer().body, method + " hello") << "chunked";
    client.socket().send(method + " /e HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(client.answer().body, method + " ");
  }
  for (const std::string method : {"TRACE", "PROPFIND"}) {
    client.ask("/e", {}, method);
    EXPECT_EQ(client.answer().status, 501) << method;
  }
}

TEST(Pages, are_asked_with_options_too_but_not_by_preflights) {
  PageServer web{Options{}.allow_origin("https://app.example")};
  web.pages().Options("/e", [](const Request&, Response& answer) { answer.set_content("page", "text/plain"); });
  web.add_asset({"/file", "text/plain", "file"});
  web.start();
  HttpClient client(web.port());
  client.ask("/e", {}, "OPTIONS");
  EXPECT_EQ(client.answer().body, "page");
  for (const char* path : {"/none", "/file", "/pushwire/send", "*"}) {
    client.ask(path, {}, "OPTIONS");
    const HttpAnswer answer = client.answer();
    EXPECT_EQ(answer.status, 204) << path;
    EXPECT_NE(answer.field("Allow").find("OPTIONS"), std::string::npos) << path;
  }
  client.ask("/e", {{"Origin", "https://app.example"}, {"Access-Control-Request-Method", "GET"}}, "OPTIONS");
  const HttpAnswer preflight = client.answer();
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.field("Access-Control-Allow-Origin"), "https://app.example");
}

TEST(Pages, show_nothing_to_options_without_the_launch_token) {
  bool reached = false;
  PageServer web{Options{}.launch_token()};
  web.pages().Options("/e", [&](const Request&, Response&) { reached = true; });
  web.start();
  HttpClient client(web.port());
  client.ask("/e", {}, "OPTIONS");
  EXPECT_EQ(client.answer().status, 401);
  EXPECT_FALSE(reached);
}

TEST(Pages, are_judged_like_everything_else) {
  bool reached = false;
  PageServer web;
  web.pages().Post("/set", [&](const Request&, Response&) { reached = true; });
  web.start();
  const auto post = [&](const HttpFields& fields) {
    Socket socket(web.port());
    HttpFields all = fields;
    all.emplace_back("Content-Length", "100000");  // of which nothing comes: it is refused by its head
    socket.send(request_text("/set", all, "POST"));
    return read_head(socket).status;
  };
  EXPECT_EQ(post({{"Origin", "http://evil.example"}}), 403);
  EXPECT_EQ(post({{"Origin", "null"}}), 403);
  EXPECT_EQ(post({{"Sec-Fetch-Site", "cross-site"}}), 403);
  Socket rebound(web.port());
  rebound.send("GET /set HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  EXPECT_EQ(read_head(rebound).status, 421);
  EXPECT_FALSE(reached);
}

TEST(Pages, want_the_token_of_a_launch) {
  PageServer web(Options{}.launch_token());
  web.pages().Get("/", [](const Request&, Response& answer) { answer.set_content("in", "text/plain"); });
  web.start();
  EXPECT_EQ(get(web.port(), "/").status, 401);
  const std::string url = web.launch_url();
  const std::string token = url.substr(url.find('=') + 1);
  EXPECT_EQ(get(web.port(), "/", {{"Authorization", "Bearer " + token}}).body, "in");
}

TEST(Pages, are_registered_before_the_start) {
  PageServer web;
  EXPECT_EQ(&web.pages(), &web.pages());
  web.start();
  EXPECT_THROW(web.pages(), std::logic_error);
  web.stop();
  EXPECT_THROW(web.pages(), std::logic_error);
}

TEST(Pages, need_not_be) {
  PageServer web;
  web.start();
  EXPECT_EQ(get(web.port(), "/").status, 404);
  EXPECT_THROW(web.pages(), std::logic_error);
}

TEST(Pages, a_start_that_failed_leaves_registration_open) {
  PageServer first;
  first.start();
  PageServer second(Options{}.port(first.port()));
  EXPECT_THROW(second.start(), std::system_error);
  second.pages().Get("/late", [](const Request&, Response& answer) { answer.set_content("late", "text/plain"); });
  first.stop();
  second.start();
  EXPECT_EQ(get(second.port(), "/late").body, "late");
}

TEST(Pages, cannot_open_a_port_of_their_own) {
  PageServer web;
  web.pages().Get("/", [](const Request&, Response& answer) { answer.set_content("in", "text/plain"); });
  httplib::Server& routes = web.pages();
  EXPECT_FALSE(routes.listen("127.0.0.1", 0));
  EXPECT_FALSE(routes.bind_to_port("127.0.0.1", 0));
  EXPECT_LT(routes.bind_to_any_port("127.0.0.1"), 0);
  routes.listen_after_bind();  // comes back: there is nothing to wait for
  EXPECT_FALSE(routes.is_running());
  web.start();
  EXPECT_EQ(get(web.port(), "/").body, "in");
}

}  // namespace
}  // namespace pushwire
