#include "net/http/access.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pushwire::net {
namespace {

using std::string_literals::operator""s;

constexpr std::string_view kLoopback = "127.0.0.1";

std::string on_loopback() { return std::string(kLoopback); }

Request asking(const std::vector<Request::Field>& fields) {
  Request request;
  request.method = "GET";
  request.target = request.path = "/";
  request.fields = fields;
  return request;
}

Access judge(const AccessPolicy& policy, std::string_view host, std::optional<std::string_view> origin = std::nullopt,
             std::string_view local = kLoopback) {
  std::vector<Request::Field> fields{{"host", host}};
  if (origin) fields.push_back({"ORIGIN", *origin});
  return policy.judge(asking(fields), [&] { return std::string(local); });
}

TEST(Access, loopback_names_are_ours_with_any_port) {
  const AccessPolicy policy{{}};
  for (const char* host :
       {"localhost", "LOCALHOST", "localhost.", "LocalHost:8080", "localhost:1", "localhost:65535", "127.0.0.1",
        "127.0.0.1:80", "127.255.255.254:9", "[::1]", "[::1]:8080", "[0:0:0:0:0:0:0:1]"}) {
    EXPECT_EQ(judge(policy, host).status, 0) << host;
  }
}

TEST(Access, other_names_are_misdirected) {
  const AccessPolicy policy{{}};
  for (const char* host : {"evil.example",
                           "evil.example:8080",
                           "127.0.0.1.evil.example",
                           "localhost.evil.example",
                           "evil.localhost",
                           "localhost..",
                           "127.1",
                           "127.0.1",
                           "2130706433",
                           "0.0.0.0",
                           "0.0.0.0:8080",
                           "[::]",
                           "[::ffff:127.0.0.1]",
                           "[::ffff:7f00:1]",
                           "[::127.0.0.1]",
                           "0x7f.0.0.1",
                           "0177.0.0.1",
                           "127.0.0.01",
                           "127.0.0.256",
                           "127.0.0.1.",
                           "128.0.0.1",
                           "192.168.1.5",
                           "[fe80::1]",
                           "local%68ost",
                           "a,b",
                           "1"}) {
    const Access access = judge(policy, host);
    EXPECT_EQ(access.status, 421) << host;
    EXPECT_NE(access.sentence.find(host), std::string::npos) << access.sentence;
  }
}

TEST(Access, a_malformed_host_is_a_bad_request) {
  const AccessPolicy policy{{}};
  for (const std::string& host : {"[::1"s,
                                  "::1"s,
                                  "[::1]x"s,
                                  "[]"s,
                                  "[::1%lo]"s,
                                  "[v1.a]"s,
                                  "[127.0.0.1]"s,
                                  "a b"s,
                                  ""s,
                                  "."s,
                                  "127.0.0.1:99999999"s,
                                  "localhost:0"s,
                                  "localhost:65536"s,
                                  "localhost:"s,
                                  "localhost:+80"s,
                                  "localhost:80:80"s,
                                  ":80"s,
                                  "user@localhost"s,
                                  "localhost/"s,
                                  "localhost?"s,
                                  "localhost#"s,
                                  "local\\host"s,
                                  "\xff"s,
                                  "local\x00host"s,
                                  "[::1\x00]"s,
                                  "\"localhost\""s,
                                  "<localhost>"s,
                                  std::string(256, 'a'),
                                  std::string(100000, '[')}) {
    const Access access = judge(policy, host);
    EXPECT_EQ(access.status, 400) << host.substr(0, 300);
    EXPECT_LT(access.sentence.size(), 200u);
    for (const char c : access.sentence) EXPECT_TRUE(c >= 0x20 && c < 0x7f) << access.sentence;
  }
}

TEST(Access, the_address_that_a_connection_came_in_by_is_ours) {
  const AccessPolicy policy{{}};
  const struct {
    const char* host;
    const char* local;
    int status;
  } cases[] = {
      {"192.168.1.5:8080", "192.168.1.5", 0},
      {"192.168.1.6", "192.168.1.5", 421},
      {"192.168.1.5", "::ffff:192.168.1.5", 0},
      {"[::ffff:192.168.1.5]", "::ffff:192.168.1.5", 421},
      {"[2001:DB8:0::1]", "2001:db8::1", 0},
      {"[fe80::1]:80", "fe80::1", 0},
      {"[fe80::2]", "fe80::1", 421},
      {"0.0.0.0", "0.0.0.0", 421},
      {"[::]", "::", 421},
      {"192.168.1.5", "", 421},
      {"localhost", "192.168.1.5", 0},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(judge(policy, each.host, std::nullopt, each.local).status, each.status) << each.host << ' ' << each.local;
  }
}

TEST(Access, listed_hosts_are_ours) {
  const AccessPolicy policy{{{"Device.local", "203.0.113.5", "2001:db8::5", "[2001:db8::6]", "x.localhost."}, {}}};
  for (const char* host : {"device.local", "DEVICE.LOCAL.:80", "203.0.113.5", "[2001:DB8::5]:1", "[2001:db8::6]",
                           "x.localhost", "localhost"}) {
    EXPECT_EQ(judge(policy, host).status, 0) << host;
  }
  for (const char* host : {"device.locale", "a.device.local", "device", "203.0.113.6", "[2001:db8::7]"}) {
    EXPECT_EQ(judge(policy, host).status, 421) << host;
  }
}

TEST(Access, host_is_judged_once_and_first) {
  const AccessPolicy policy{{}};
  EXPECT_EQ(policy.judge(asking({{"Host", "localhost"}, {"Host", "localhost"}}), on_loopback).status, 400);
  EXPECT_EQ(policy.judge(asking({}), on_loopback).status, 0) << "only HTTP/1.0 gets here without Host";
  EXPECT_EQ(judge(policy, "evil.example", "http://evil.example").status, 421);
  EXPECT_EQ(judge(policy, "evil.example", "http://[").status, 421);
}

TEST(Access, a_pages_own_server_may_be_used) {
  const AccessPolicy policy{{{"app.example"}, {}}};
  const struct {
    const char* host;
    const char* origin;
  } cases[] = {
      {"localhost:8080", "http://localhost:8080"}, {"localhost:8080", "https://localhost:8080"},
      {"localhost", "http://localhost"},           {"localhost:80", "http://localhost"},
      {"localhost", "http://localhost:80"},        {"app.example", "https://app.example"},
      {"app.example:443", "https://app.example"},  {"APP.example.", "HTTP://app.EXAMPLE"},
      {"[::1]:8080", "http://[::1]:8080"},         {"127.0.0.1:8080", "http://127.0.0.1:8080"},
  };
  for (const auto& each : cases) {
    const Access access = judge(policy, each.host, each.origin);
    EXPECT_EQ(access.status, 0) << each.host << ' ' << each.origin << ": " << access.sentence;
    EXPECT_FALSE(access.cross_origin);
  }
}

TEST(Access, with_tls_only_a_page_that_came_by_it_is_our_own) {
  AccessRules rules;
  rules.public_origins = {"http://proxied.example"};
  rules.tls = true;
  const AccessPolicy policy{rules};
  const struct {
    const char* host;
    const char* origin;
    int status;
  } cases[] = {
      {"localhost:8443", "https://localhost:8443", 0},
      {"localhost:8443", "http://localhost:8443", 403},
      {"localhost", "https://localhost", 0},
      {"localhost", "https://localhost:443", 0},
      {"localhost:443", "https://localhost", 0},
      {"localhost:80", "https://localhost", 403},
      {"localhost:80", "http://localhost", 403},
      {"localhost", "http://localhost", 403},
      {"[::1]:443", "https://[::1]", 0},
      {"localhost:8443", "https://127.0.0.1:8443", 403},
      {"localhost:8443", "https://localhost", 403},
      {"localhost:8443", "http://proxied.example", 0},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(judge(policy, each.host, each.origin).status, each.status) << each.host << ' ' << each.origin;
  }
}

TEST(Access, foreign_origins_are_forbidden) {
  const AccessPolicy policy{{{"app.example"}, {"https://listed.example"}}};
  for (const char* origin :
       {"null", "https://evil.example", "http://127.0.0.1:8080.evil.example", "http://127.0.0.1:8081",
        "http://127.0.0.1", "http://localhost:8080", "http://[::1]:8080", "ftp://127.0.0.1:8080", "ws://127.0.0.1:8080",
        "http://listed.example", "https://listed.example:8443", "https://a.listed.example",
        "https://listed.example.evil", "chrome-extension://abcdef", "http://127.0.0.1:0", "http://127.0.0.1:99999",
        "http://127.0.0.1:8080:8080"}) {
    const Access access = judge(policy, "127.0.0.1:8080", origin);
    EXPECT_EQ(access.status, 403) << origin;
    EXPECT_NE(access.sentence.find(origin), std::string::npos) << access.sentence;
    EXPECT_FALSE(access.cross_origin);
  }
  const Request nameless = asking({{"Origin", "http://localhost"}});
  EXPECT_EQ(policy.judge(nameless, on_loopback).status, 403) << "without Host there is nothing to be the same as";
}

TEST(Access, a_malformed_origin_is_a_bad_request) {
  const AccessPolicy policy{{{}, {"https://listed.example"}}};
  for (const std::string& origin : {""s,
                                    "http://["s,
                                    "\xff"s,
                                    "http://\xff"s,
                                    "http://localhost/"s,
                                    "http://localhost/path"s,
                                    "http://localhost?"s,
                                    "localhost"s,
                                    "http:localhost"s,
                                    "://localhost"s,
                                    "1http://localhost"s,
                                    "http://"s,
                                    "http://a b"s,
                                    "http://user@localhost"s,
                                    "http://localhost:"s,
                                    "http://localhost:80/path"s,
                                    "http://localhost http://localhost"s,
                                    "Null"s,
                                    "*"s,
                                    "https://listed.example, https://listed.example"s,
                                    "http://local\x00host"s}) {
    const Access access = judge(policy, "localhost", origin);
    EXPECT_EQ(access.status, 400) << origin;
    EXPECT_FALSE(access.cross_origin);
  }
  const Request twice = asking({{"Host", "localhost"}, {"Origin", "http://localhost"}, {"Origin", "http://localhost"}});
  EXPECT_EQ(policy.judge(twice, on_loopback).status, 400);
}

TEST(Access, listed_origins_are_granted_and_told_so) {
  const AccessPolicy policy{{{}, {"HTTPS://App.example:443", "http://other.example:3000", "capacitor://localhost"}}};
  for (const char* origin :
       {"https://app.example", "https://APP.example.", "http://other.example:3000", "capacitor://localhost"}) {
    const Access access = judge(policy, "localhost:8080", origin);
    EXPECT_EQ(access.status, 0) << origin << ": " << access.sentence;
    EXPECT_TRUE(access.cross_origin) << origin;
  }
  EXPECT_TRUE(policy.lists_origins());
  EXPECT_FALSE(AccessPolicy{{}}.lists_origins());
}

TEST(Access, without_an_origin_the_site_is_judged) {
  const AccessPolicy policy{{{}, {"https://app.example"}}};
  const auto from = [&](std::vector<Request::Field> fields, std::string_view method = "GET") {
    fields.push_back({"Host", "localhost"});
    Request request = asking(fields);
    request.method = method;
    return policy.judge(request, on_loopback);
  };
  for (const char* site : {"same-origin", "none"}) EXPECT_EQ(from({{"sec-fetch-site", site}}).status, 0) << site;
  for (const char* site : {"cross-site", "same-site", "Same-Origin", "", "none, none", "new-word"}) {
    const Access access = from({{"Sec-Fetch-Site", site}, {"Sec-Fetch-Mode", "no-cors"}, {"Sec-Fetch-Dest", "image"}});
    EXPECT_EQ(access.status, 403) << site;
    EXPECT_NE(access.sentence.find("Sec-Fetch-Site"), std::string::npos) << access.sentence;
  }
  EXPECT_EQ(from({{"Sec-Fetch-Site", "none"}, {"Sec-Fetch-Site", "cross-site"}}).status, 400);

  const Request::Field away{"Sec-Fetch-Site", "cross-site"};
  const Request::Field mode{"Sec-Fetch-Mode", "navigate"};
  EXPECT_EQ(from({away, mode, {"Sec-Fetch-Dest", "document"}}).status, 0) << "a link";
  EXPECT_EQ(from({away, mode, {"Sec-Fetch-Dest", "document"}}, "POST").status, 403) << "a form";
  EXPECT_EQ(from({away, mode, {"Sec-Fetch-Dest", "iframe"}}).status, 403);
  EXPECT_EQ(from({away, mode}).status, 403);
  EXPECT_EQ(from({away, {"Sec-Fetch-Dest", "document"}}).status, 403);
}

TEST(Access, an_origin_counts_for_more_than_the_site) {
  const AccessPolicy policy{{{}, {"https://app.example"}}};
  const auto from = [&](std::string_view origin) {
    return policy.judge(asking({{"Host", "localhost"}, {"Origin", origin}, {"Sec-Fetch-Site", "cross-site"}}),
                        on_loopback);
  };
  EXPECT_EQ(from("https://app.example").status, 0);
  EXPECT_EQ(from("http://localhost").status, 0);
  EXPECT_EQ(from("https://evil.example").status, 403);
}

TEST(Access, a_public_origin_is_our_own_under_every_host_that_is_ours) {
  const AccessPolicy policy{{{}, {"https://app.example"}, {"https://device.example", "https://lan.example:8443"}}};
  for (const char* host : {"device.example", "lan.example", "127.0.0.1:8080"}) {
    for (const char* origin : {"https://device.example", "https://lan.example:8443"}) {
      const Access access = judge(policy, host, origin);
      EXPECT_EQ(access.status, 0) << host << origin;
      EXPECT_FALSE(access.cross_origin) << host << origin;
    }
    EXPECT_TRUE(judge(policy, host, "https://app.example").cross_origin);
    EXPECT_EQ(judge(policy, host, "https://device.example:1").status, 403);
  }
  EXPECT_EQ(judge(policy, "app.example").status, 421) << "only its pages may come";
}

TEST(Access, rules_that_mean_nothing_are_named_at_once) {
  const auto complaint = [](const AccessRules& rules) -> std::string {
    try {
      AccessPolicy policy{rules};
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return {};
  };
  for (const char* host :
       {"", "a b", "http://a", "device.local:80", "[::1]:80", "*", "*.local", "0.0.0.0", "::", "[::1"}) {
    EXPECT_NE(complaint({{host}, {}}).find('"' + std::string(host) + '"'), std::string::npos) << host;
  }
  for (const char* origin : {"", "*", "null", "app.example", "https://app.example/", "https://*.example", "https://"}) {
    EXPECT_NE(complaint({{}, {origin}}).find('"' + std::string(origin) + '"'), std::string::npos) << origin;
  }
}

}  // namespace
}  // namespace pushwire::net
