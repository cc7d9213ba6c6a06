// Options::launch_token: nobody gets in who was not given the address, by whatever path.
#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/http_client.hpp"

namespace pushwire {
namespace {

class Launched : public testing::Test {
 protected:
  Launched() { server.start(); }
  HttpAnswer get(const std::string& target, const HttpFields& fields = {}) {
    return HttpClient(server.port()).get(target, fields);
  }
  std::string launch_target() const { return server.launch_url().substr(server.url().size() - 1); }
  std::string token() const { return server.launch_url().substr(server.launch_url().find('=') + 1); }

  Server server{Options{}.launch_token().log([this](LogLevel, std::string_view line) {
    const std::lock_guard lock(mutex);
    lines.append(line).append("\n");
  })};
  std::mutex mutex;
  std::string lines;
};

TEST_F(Launched, refuses_every_path_without_a_token) {
  server.add_asset({"/", "text/html", "<p>hello"});
  for (const char* target : {"/", "/pushwire/poll", "/pushwire/sse", "/pushwire/long-poll", "/pushwire/websocket",
                             "/pushwire/negotiate", "/pushwire/send", "/pushwire/client.js", "/nothing",
                             "/pushwire/launch", "/pushwire/launch?token=", "/pushwire/launch?token=0123"}) {
    const HttpAnswer answer = get(target);
    EXPECT_EQ(answer.status, 401) << target;
    EXPECT_EQ(answer.field("Set-Cookie"), "") << target;
  }
  EXPECT_EQ(get("/").field("WWW-Authenticate"), "Bearer");
}

TEST_F(Launched, a_browser_is_given_a_cookie_and_sent_on) {
  server.add_asset({"/", "text/html", "<p>hello"});
  const HttpAnswer launched = get(launch_target());
  EXPECT_EQ(launched.status, 303);
  EXPECT_EQ(launched.field("Location"), "../") << "what a proxy puts before the path stays";
  EXPECT_EQ(launched.field("Referrer-Policy"), "no-referrer");
  const std::string cookie = launched.field("Set-Cookie");
  EXPECT_EQ(cookie.find("pushwire-" + std::to_string(server.port()) + "="), 0u) << cookie;
  EXPECT_EQ(cookie.find(token()), std::string::npos);
  const HttpFields shown{{"Cookie", cookie.substr(0, cookie.find(';'))}};
  EXPECT_EQ(get("/", shown).body, "<p>hello");
  EXPECT_EQ(get("/pushwire/poll", shown).status, 200);
  EXPECT_EQ(get("/pushwire/poll", {{"Authorization", "Bearer " + token()}}).status, 200) << "a program";
}

TEST_F(Launched, another_program_of_the_machine_locks_nobody_out_by_a_cookie_of_the_same_name) {
  const std::string cookie = get(launch_target()).field("Set-Cookie");
  const std::string pair = cookie.substr(0, cookie.find(';'));
  const std::string foreign = pair.substr(0, pair.find('=')) + "=x";
  EXPECT_EQ(get("/pushwire/poll", {{"Cookie", foreign + "; " + pair}}).status, 200);
  EXPECT_EQ(get("/pushwire/poll", {{"Cookie", foreign}}).status, 401);
}

TEST(LaunchedBehindAProxy, has_a_cookie_for_https_alone_where_the_browser_uses_that) {
  Server server(Options{}.launch_token().base_path("/live/events").public_origin("https://device.example:8443"));
  server.start();
  const std::string target = server.launch_url().substr(server.url().size() - 1);
  const HttpAnswer launched = HttpClient(server.port()).get(target, {{"Host", "device.example:8443"}});
  EXPECT_EQ(launched.status, 303);
  EXPECT_EQ(launched.field("Location"), "../../");
  const std::string cookie = launched.field("Set-Cookie");
  EXPECT_EQ(cookie.find("__Host-pushwire-" + std::to_string(server.port()) + "="), 0u) << cookie;
  EXPECT_NE(cookie.find("; Secure"), std::string::npos) << cookie;
  const HttpFields shown{{"Cookie", cookie.substr(0, cookie.find(';'))}};
  EXPECT_EQ(HttpClient(server.port()).get("/live/events/poll", shown).status, 200);
  const std::string plain = HttpClient(server.port()).get(target).field("Set-Cookie");
  EXPECT_EQ(plain.find("Secure"), std::string::npos) << "asked at its own address, by http";
}

TEST_F(Launched, a_valid_token_does_not_make_a_foreign_page_welcome) {
  const HttpFields foreign{{"Authorization", "Bearer " + token()}, {"Origin", "https://evil.example"}};
  EXPECT_EQ(get("/pushwire/poll", foreign).status, 403);
}

TEST_F(Launched, is_not_in_the_log_and_is_new_each_time) {
  get(launch_target());
  get("/pushwire/launch?token=wrong");
  const Server other{Options{}.launch_token()};
  EXPECT_EQ(other.launch_url(), "") << "not started";
  Server another{Options{}.launch_token()};
  another.start();
  EXPECT_NE(another.launch_url().substr(another.launch_url().find('=')),
            server.launch_url().substr(server.launch_url().find('=')));
  EXPECT_EQ(get("/pushwire/launch" + another.launch_url().substr(another.launch_url().find('?'))).status, 401);
  const std::string secret = token();
  server.stop();
  const std::lock_guard lock(mutex);
  EXPECT_EQ(lines.find(secret), std::string::npos);
}

TEST(NotLaunched, a_server_without_it_has_no_such_path) {
  Server server;
  server.start();
  EXPECT_EQ(server.launch_url(), "");
  EXPECT_EQ(HttpClient(server.port()).get("/pushwire/launch?token=x").status, 404);
}

}  // namespace
}  // namespace pushwire
