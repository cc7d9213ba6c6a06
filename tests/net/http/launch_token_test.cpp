#include "net/http/launch_token.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace pushwire::net {
namespace {

bool admits(const LaunchToken& token, const std::vector<Request::Field>& fields, std::uint16_t port = 8080) {
  Request request;
  request.fields = fields;
  return token.admits(request, port);
}

std::string pair_of(const LaunchToken& token, std::uint16_t port = 8080) {
  const std::string cookie = token.set_cookie(port, false);
  return cookie.substr(0, cookie.find(';'));
}

TEST(LaunchToken, is_another_at_each_start) {
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) {
    const LaunchToken token;
    EXPECT_EQ(token.text().size(), 32u);
    EXPECT_TRUE(seen.insert(token.text()).second);
    EXPECT_TRUE(seen.insert(pair_of(token)).second);
  }
}

TEST(LaunchToken, admits_its_cookie_and_its_bearer_alone) {
  const LaunchToken token, other;
  EXPECT_FALSE(admits(token, {}));
  EXPECT_TRUE(admits(token, {{"cookie", "a=b; " + pair_of(token) + "; c=d"}}));
  EXPECT_TRUE(admits(token, {{"authorization", "bearer " + token.text()}}));
  EXPECT_FALSE(admits(token, {{"Cookie", pair_of(other)}}));
  EXPECT_FALSE(admits(token, {{"Cookie", pair_of(token, 8081)}})) << "another server's, on the same machine";
  EXPECT_FALSE(admits(token, {{"Cookie", "pushwire-8080=" + token.text()}})) << "the token is no cookie";
  EXPECT_FALSE(admits(token, {{"Cookie", "pushwire-8080="}}));
  const std::string cookie = pair_of(token).substr(std::string("pushwire-8080=").size());
  EXPECT_NE(cookie, token.text());
  for (const std::string& shown : std::vector<std::string>{
           "Bearer " + cookie, "Bearer " + other.text(), "Bearer  " + token.text(), "Bearer", "Basic " + token.text(),
           token.text(), std::string("Bearer "), "Bearer " + token.text().substr(1), "Bearer " + token.text() + "0"}) {
    EXPECT_FALSE(admits(token, {{"Authorization", shown}})) << shown;
  }
}

TEST(LaunchToken, makes_a_cookie_that_no_script_and_no_other_site_sees) {
  const LaunchToken token;
  const std::string cookie = token.set_cookie(8080, false);
  EXPECT_EQ(cookie.find("pushwire-8080="), 0u);
  EXPECT_EQ(cookie.substr(cookie.find(';')), "; Path=/; HttpOnly; SameSite=Strict");
  EXPECT_EQ(cookie.find(token.text()), std::string::npos);
  EXPECT_EQ(token.set_cookie(8080, true), "__Host-" + cookie + "; Secure");
}

TEST(LaunchToken, finds_its_cookie_behind_others_of_its_name) {
  const LaunchToken token, other;
  const std::string pair = pair_of(token);
  EXPECT_TRUE(admits(token, {{"Cookie", "pushwire-8080=x; pushwire-8080=; " + pair_of(other) + "; " + pair}}));
  EXPECT_TRUE(admits(token, {{"Cookie", pair_of(other)}, {"Cookie", "__Host-pushwire-8080=x; " + pair}}));
  EXPECT_TRUE(admits(token, {{"Cookie", pair_of(other) + "; __Host-" + pair}})) << "of https";
  EXPECT_FALSE(admits(token, {{"Cookie", pair_of(other) + "; __Host-" + pair_of(other)}}));
  EXPECT_FALSE(admits(token, {{"Cookie", "__Secure-" + pair}}));
}

}  // namespace
}  // namespace pushwire::net
