#include "net/http/authority.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pushwire::net {
namespace {

TEST(Authority, a_name_has_one_form) {
  const struct {
    const char* text;
    const char* form;
  } cases[] = {
      {"localhost", "localhost"},
      {"LocalHost.", "localhost"},
      {"localhost..", "localhost.."},
      {"127.0.0.1.", "127.0.0.1."},
      {"127.0.0.1..", "127.0.0.1.."},
      {"127.0.0.", "127.0.0"},
      {"a..b.", "a..b"},
  };
  for (const auto& c : cases) {
    const auto host = parse_host(c.text);
    ASSERT_TRUE(host) << c.text;
    EXPECT_EQ(host->kind, HostName::Kind::name) << c.text;
    EXPECT_EQ(host->text, c.form);
    EXPECT_EQ(parse_host(host->text), host) << c.text;
  }
  for (const char* text : {".", "", ":80"}) EXPECT_FALSE(parse_authority(text)) << text;
}

}  // namespace
}  // namespace pushwire::net
