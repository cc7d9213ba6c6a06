// What handlers see of a request, and what they are kept from.
#include <gtest/gtest.h>

#include <string>

#include "pages/page_server.hpp"

namespace pushwire {
namespace {

using httplib::Request;
using httplib::Response;

// A server whose page shows the fields of its request, a line each.
class ShowingServer : public PageServer {
 public:
  ShowingServer() {
    pages().Get("/show", [](const Request& request, Response& answer) {
      std::string text;
      for (const auto& [name, value] : request.headers) text.append(name).append("=[").append(value).append("]\n");
      text += "remote=" + request.remote_addr + " " + std::to_string(request.remote_port) + "\n";
      answer.set_content(text, "text/plain");
    });
    start();
  }
  std::string show(const HttpFields& fields) { return get(port(), "/show", fields).body; }
};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(PageRequests, addresses_are_the_servers_word) {
  ShowingServer web;
  const std::string port = std::to_string(web.port());
  const std::string shown =
      web.show({{"REMOTE_ADDR", "6.6.6.6"}, {"remote_port", "66"}, {"Local_Addr", "7.7.7.7"}, {"LOCAL_PORT", "77"}});
  EXPECT_TRUE(holds(shown, "REMOTE_ADDR=[127.0.0.1]")) << shown;
  EXPECT_TRUE(holds(shown, "LOCAL_ADDR=[127.0.0.1]")) << shown;
  EXPECT_TRUE(holds(shown, "LOCAL_PORT=[" + port + "]")) << shown;
  EXPECT_TRUE(holds(shown, "remote=127.0.0.1 ")) << shown;
  EXPECT_FALSE(holds(shown, "remote=127.0.0.1 0")) << shown;
  EXPECT_FALSE(holds(shown, "6.6.6.6")) << shown;
  EXPECT_FALSE(holds(shown, "[66]")) << shown;
  EXPECT_FALSE(holds(shown, "7.7.7.7")) << shown;
  EXPECT_FALSE(holds(shown, "[77]")) << shown;
}

TEST(PageRequests, behind_a_trusted_proxy_the_client_is_who_it_says) {
  PageServer web(Options{}.trusted_proxy("127.0.0.1"));
  web.pages().Get("/", [](const Request& request, Response& answer) {
    answer.set_content(request.remote_addr + " " + std::to_string(request.remote_port), "text/plain");
  });
  web.start();
  EXPECT_EQ(get(web.port(), "/", {{"X-Forwarded-For", "9.9.9.9, 192.0.2.7"}}).body, "192.0.2.7 0");
}

TEST(PageRequests, values_stay_as_they_were_sent) {
  ShowingServer web;
  const std::string shown = web.show({{"X-Echo", "a%0d%0aSet-Cookie: p=1"}, {"X-Percent", "100%25 %zz %u0041"}});
  EXPECT_TRUE(holds(shown, "X-Echo=[a%0d%0aSet-Cookie: p=1]")) << shown;
  EXPECT_TRUE(holds(shown, "X-Percent=[100%25 %zz %u0041]")) << shown;
}

// RFC 3986 section 3.4.
TEST(PageRequests, queries_may_have_question_marks) {
  PageServer web;
  web.pages().Get("/q", [](const Request& request, Response& answer) {
    answer.set_content(request.target + " " + request.get_param_value("next"), "text/plain");
  });
  web.start();
  const HttpAnswer answer = get(web.port(), "/q?next=/b?c?&d");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "/q?next=/b?c?&d /b?c?");
}

TEST(PageRequests, what_is_about_the_connection_is_left_out) {
  ShowingServer web;
  const std::string shown =
      web.show({{"Connection", "keep-alive, X-Own"}, {"Keep-Alive", "timeout=9"}, {"TE", "trailers"}});
  EXPECT_FALSE(holds(shown, "Connection")) << shown;
  EXPECT_FALSE(holds(shown, "Keep-Alive")) << shown;
  EXPECT_FALSE(holds(shown, "TE=")) << shown;
}

TEST(PageRequests, long_fields_arrive_whole) {
  ShowingServer web;
  const std::string cookie(12'000, 'c');  // cpp-httplib's own limit for a line is 8 KiB
  EXPECT_TRUE(holds(web.show({{"Cookie", cookie}}), "Cookie=[" + cookie + "]"));
}

TEST(PageRequests, coded_bodies_are_415) {
  PageServer web;
  web.pages().Post("/", [](const Request&, Response&) {});
  web.start();
  HttpClient client(web.port());
  client.socket().send(
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b");
  const HttpAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 415);
  EXPECT_EQ(answer.field("Accept-Encoding"), "identity");
}

TEST(PageRequests, long_paths_are_414_and_the_longest_harm_no_stack) {
  PageServer web;
  web.pages().Get("/files/(.*)", [](const Request& request, Response& answer) {
    answer.set_content(std::to_string(request.matches[1].length()), "text/plain");
  });
  web.start();
  HttpClient client(web.port());
  const std::string longest = "/files/" + std::string(1024 - 7, 'x');
  EXPECT_EQ(client.get(longest).body, "1017");
  EXPECT_EQ(client.get(longest + "x").status, 414);
  EXPECT_EQ(client.get("/files/" + std::string(7'000, 'x')).status, 414);
}

TEST(PageRequests, bodies_are_bounded) {
  Limits limits;
  limits.body_bytes = 1000;
  PageServer web(Options{}.limits(limits));
  web.pages().Post("/", [](const Request& request, Response& answer) {
    answer.set_content(std::to_string(request.body.size()), "text/plain");
  });
  web.start();
  Socket fits(web.port());
  fits.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x'));
  EXPECT_EQ(read_head(fits).status, 200);
  Socket over(web.port());
  over.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_EQ(read_head(over).status, 413);
  Socket chunks(web.port());
  chunks.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
              std::string(1001, 'x'));
  EXPECT_EQ(read_head(chunks).status, 413);
}

TEST(PageRequests, what_follows_a_body_is_the_next_request) {
  PageServer web;
  const auto echo = [](const Request& request, Response& answer) {
    answer.set_content(request.path + ":" + request.body, "text/plain");
  };
  web.pages().Get("/.*", echo).Post("/.*", echo);
  web.pages().set_pre_routing_handler([](const Request& request, Response& answer) {
    if (request.path != "/early") return httplib::Server::HandlerResponse::Unhandled;
    answer.set_content("early", "text/plain");
    return httplib::Server::HandlerResponse::Handled;
  });
  web.start();
  HttpClient client(web.port());
  client.socket().send(
      "POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nab"
      "GET /b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 31\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x"
      "POST /early HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"
      "GET /c HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(client.answer().body, "/a:ab");
  EXPECT_EQ(client.answer().body, "/b:GET /smuggled HTTP/1.1\r\nHost: x");
  EXPECT_EQ(client.answer().body, "early");
  EXPECT_EQ(client.answer().body, "/c:");
}

TEST(PageRequests, forms_with_files_are_read) {
  PageServer web;
  web.pages().Post("/form", [](const Request& request, Response& answer) {
    const auto file = request.get_file_value("file");
    answer.set_content(
        file.filename + "|" + file.content_type + "|" + file.content + "|" + request.get_file_value("note").content,
        "text/plain");
  });
  web.start();
  HttpClient client(web.port());
  const auto post = [&](const std::string& body) {
    client.socket().send(
        "POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=B\r\n"
        "Content-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.answer();
  };
  const std::string start =
      "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n";
  const std::string end = "\r\n--B\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhi\r\n--B--\r\n";
  EXPECT_EQ(post(start + "content" + end).body, "a.txt|text/plain|content|hi");
  const std::string large(500'000, 'y');
  EXPECT_EQ(post(start + large + end).body, "a.txt|text/plain|" + large + "|hi");
  const std::string deep =
      "--B\r\nX: 1\r\nContent-Disposition: form-data; name=\"" + std::string(300'000, 'n') + "\"\r\n\r\n";
  EXPECT_EQ(post(deep + end).status, 400) << "std::regex would recurse for each character";
  EXPECT_EQ(post("no form at all").status, 400);
  EXPECT_EQ(post(start + "content" + end).status, 200);
}

TEST(PageRequests, callers_are_who_authorize_says) {
  Options options;
  std::atomic<int> asked{0};
  options.authorize([&](const pushwire::Request& request) {
    ++asked;
    const auto login = request.cookie("login");
    if (!login) throw Refusal(401, "log in first");
    if (*login == "broken") throw std::runtime_error("secret");
    Identity who;
    who.name = std::string(*login) + "@" + std::string(request.peer);
    return who;
  });
  PageServer web(std::move(options));
  web.pages().Get("/me", [](const Request& request, Response& answer) {
    answer.set_content(caller(request).name + caller(request).name.substr(0, 1), "text/plain");
  });
  web.pages().Get("/open", [](const Request&, Response& answer) { answer.set_content("open", "text/plain"); });
  web.start();
  HttpClient client(web.port());
  EXPECT_EQ(client.get("/open").body, "open");
  EXPECT_EQ(asked, 0) << "pages are for everybody unless they ask";
  EXPECT_EQ(client.get("/me", {{"Cookie", "login=ann"}}).body, "ann@127.0.0.1a");
  EXPECT_EQ(asked, 1) << "once for each request";
  const HttpAnswer refused = client.get("/me");
  EXPECT_EQ(refused.status, 401);
  EXPECT_TRUE(holds(refused.body, "log in first"));
  const HttpAnswer broken = client.get("/me", {{"Cookie", "login=broken"}});
  EXPECT_EQ(broken.status, 500);
  EXPECT_FALSE(holds(broken.body, "secret"));
  EXPECT_THROW(caller(Request{}), std::logic_error);
}

TEST(PageRequests, callers_are_nobody_without_authorize) {
  PageServer web;
  web.pages().Get("/me", [](const Request& request, Response& answer) {
    answer.set_content(caller(request).anonymous() ? "nobody" : "somebody", "text/plain");
  });
  web.start();
  EXPECT_EQ(get(web.port(), "/me").body, "nobody");
}

}  // namespace
}  // namespace pushwire
