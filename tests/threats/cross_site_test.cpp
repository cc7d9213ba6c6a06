// Other sites' pages, in a browser of this machine: by a name that they have made to mean 127.0.0.1 (DNS rebinding), and
// by requests that browsers send for any page. Neither gets in by any door, token in hand or not.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/eventually.hpp"
#include "threats/doors.hpp"

namespace pushwire {
namespace {

class OtherSites : public testing::Test {
 protected:
  OtherSites() {
    server.on("act", [this] { ++acts; });
    server.add_asset({kAsset, "text/html", "SECRET"});
    secret.emit(4711);
    server.start();
  }
  ~OtherSites() override {
    EXPECT_EQ(acts, 0) << "somebody acted";
    for (const auto& [transport, open] : server.stats().conversations) EXPECT_EQ(open, 0u) << transport;
    EXPECT_EQ(server.stats().sessions, 0u);
  }
  HttpFields token() const {
    const std::string url = server.launch_url();
    return {{"Authorization", "Bearer " + url.substr(url.find('=') + 1)}};
  }
  // With the launch token and without it.
  void expect_refused(int status, const Door& door, const HttpFields& fields, const std::string& target = {}) {
    for (HttpFields all : {HttpFields{}, token()}) {
      all.insert(all.end(), fields.begin(), fields.end());
      const std::string request = knock(door, all, target);
      const std::string answers = all_answers(server.port(), request);
      EXPECT_EQ(statuses(answers), std::vector<int>{status}) << testing::PrintToString(request);
      for (const char* never : {"SECRET", "4711", "Access-Control", "Set-Cookie", "Sec-WebSocket-Accept"}) {
        EXPECT_EQ(answers.find(never), std::string::npos) << never << " for " << testing::PrintToString(request);
      }
    }
  }
  std::string own(const std::string& host) const { return host + ':' + std::to_string(server.port()); }

  std::atomic<int> acts{0};
  Server server{Options{}
                    .launch_token()
                    .allow_origin("https://app.example")
                    .stop_timeout(std::chrono::milliseconds(50))
                    .log(nullptr)};
  EventType<int> secret = server.event<int>("secret", latest());
};

TEST_F(OtherSites, names_that_were_made_to_mean_this_machine_are_421) {
  for (const Door& door : kDoors) {
    for (const char* host :
         {"evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "evil.localhost",
          "localhost.evil.example.", "127.1", "127.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1.",
          "0.0.0.0", "0.0.0.0:8080", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "192.0.2.1", "[2001:db8::1]"}) {
      expect_refused(421, door, {{"Host", host}});
    }
  }
}

TEST_F(OtherSites, names_that_are_none_are_400) {
  for (const Door& door : kDoors) {
    for (const char* host : {"", "[::1", "::1", "a b", "127.0.0.1:99999999", "127.0.0.1:", "127.0.0.1:80:80",
                             "127.0.0.1:0x50", "127.0.0.1/", "user@127.0.0.1", "127.0.0.1, evil.example", "\xff"}) {
      expect_refused(400, door, {{"Host", host}});
    }
    expect_refused(400, door, {{"Host", "127.0.0.1"}, {"Host", "127.0.0.1"}});
    expect_refused(400, door, {{"Host", "127.0.0.1"}, {"hOST", "evil.example"}});
    for (const char* authority : {"evil.example", "127.0.0.1.evil.example", "evil.example@127.0.0.1"}) {
      expect_refused(400, door, {{"Host", "127.0.0.1"}}, "http://" + std::string(authority) + door.target);
    }
  }
}

TEST_F(OtherSites, names_of_this_machine_are_let_in) {
  for (const char* host : {"localhost", "LOCALHOST", "LocalHost:1", "localhost.", "127.0.0.1", "127.9.9.9:65535",
                           "[::1]", "[::1]:8080", "[0:0:0:0:0:0:0:1]"}) {
    for (const char* target : {"/pushwire/poll", kAsset}) {
      HttpFields fields = token();
      fields.emplace_back("Host", host);
      EXPECT_EQ(get(server.port(), target, fields).status, 200) << host;
      EXPECT_EQ(get(server.port(), target, {{"Host", host}}).status, 401) << "and then asked for the token";
    }
  }
}

TEST_F(OtherSites, origins_are_403) {
  std::vector<std::string> origins{"https://evil.example",
                                   "null",
                                   "http://" + own("127.0.0.1") + ".evil.example",
                                   "http://127.0.0.1.evil.example",
                                   "http://" + own("localhost"),  // another host than Host, to a browser
                                   "http://127.0.0.1:1",
                                   "http://127.0.0.1",
                                   "https://app.example:444",
                                   "http://app.example",
                                   "https://app.example.evil.example",
                                   "https://xapp.example",
                                   "https://*",
                                   "chrome-extension://" + own("127.0.0.1")};
  for (const Door& door : kDoors) {
    for (const std::string& origin : origins) {
      expect_refused(403, door, {{"Host", own("127.0.0.1")}, {"Origin", origin}});
    }
  }
}

TEST_F(OtherSites, origins_that_are_none_are_400) {
  for (const Door& door : kDoors) {
    for (const char* origin : {"http://[", "\xff", "", "http://", "127.0.0.1", "https://app.example/",
                               "https://app.example https://evil.example"}) {
      expect_refused(400, door, {{"Origin", origin}});
    }
    expect_refused(400, door, {{"Origin", "https://app.example"}, {"Origin", "https://app.example"}});
  }
}

TEST_F(OtherSites, requests_that_browsers_send_for_any_page_are_403) {
  for (const Door& door : kDoors) {
    for (const char* mode : {"no-cors", "cors", "websocket"}) {
      expect_refused(403, door, {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", mode}});
      // What was once taken for the same site: another port of this machine, say.
      expect_refused(403, door, {{"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Mode", mode}});
    }
  }
}

// A page may send these without asking the server first.
TEST_F(OtherSites, simple_requests_reach_no_handler_even_without_an_origin) {
  const std::string frames = R"([{"send":"act"}])";
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                           "text/plain; application/json", "text/json"}) {
    HttpFields fields = token();
    fields.emplace_back("Content-Type", type);
    fields.emplace_back("Content-Length", std::to_string(frames.size()));
    HttpClient client(server.port());
    client.socket().send(request_text("/pushwire/send", fields, "POST") + frames);
    EXPECT_EQ(client.answer().status, 415) << type;
  }
  HttpFields fields = token();
  fields.emplace_back("Content-Length", std::to_string(frames.size()));
  HttpClient untyped(server.port());
  untyped.socket().send(request_text("/pushwire/send", fields, "POST") + frames);
  EXPECT_EQ(untyped.answer().status, 415);
  // Neither by a link, an image or a script.
  for (const char* query : {"", "?send=act", "?frames=%5B%7B%22send%22:%22act%22%7D%5D&callback=x"}) {
    EXPECT_EQ(get(server.port(), "/pushwire/send" + std::string(query), token()).status, 405);
  }
  // A cookie, which browsers add by themselves, stands for no session.
  HttpFields with_cookie = token();
  with_cookie.insert(with_cookie.end(), {{"Cookie", "Pushwire-Session=new"},
                                         {"Content-Type", "application/json"},
                                         {"Content-Length", std::to_string(frames.size())}});
  HttpClient cookie(server.port());
  cookie.socket().send(request_text("/pushwire/send", with_cookie, "POST") + frames);
  EXPECT_EQ(cookie.answer().status, 400);
}

TEST_F(OtherSites, answers_to_a_page_of_our_own_cannot_be_read_as_something_else) {
  for (const char* target : {"/pushwire/poll", "/pushwire/poll?callback=steal", "/pushwire/negotiate"}) {
    const HttpAnswer answer = get(server.port(), target, token());
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.field("Content-Type"), "application/json");
    EXPECT_EQ(answer.field("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(answer.field("Access-Control-Allow-Origin"), "");
    EXPECT_EQ(answer.body.front(), '{') << "no script";
  }
}

// Chrome asks whether a public page may speak to a private address (Private Network Access).
TEST_F(OtherSites, a_public_page_may_speak_to_this_network_only_where_it_is_listed) {
  for (const Door& door : kDoors) {
    const HttpFields asked{{"Access-Control-Request-Method", "GET"},
                           {"Access-Control-Request-Private-Network", "true"}};
    const auto ask = [&](const char* origin) {
      HttpFields fields = asked;
      fields.emplace_back("Origin", origin);
      HttpClient client(server.port());
      client.ask(door.target, fields, "OPTIONS");
      return client.answer();
    };
    const HttpAnswer listed = ask("https://app.example");
    EXPECT_EQ(listed.status, 204) << door.name;
    EXPECT_EQ(listed.field("Access-Control-Allow-Private-Network"), "true") << door.name;
    EXPECT_EQ(listed.field("Access-Control-Allow-Origin"), "https://app.example");
    for (const char* origin : {"https://evil.example", "null", "http://app.example"}) {
      const HttpAnswer other = ask(origin);
      EXPECT_EQ(other.status, 403) << door.name << origin;
      EXPECT_EQ(other.field("Access-Control-Allow-Private-Network"), "") << door.name;
      EXPECT_EQ(other.field("Access-Control-Allow-Origin"), "");
    }
  }
}

}  // namespace
}  // namespace pushwire
