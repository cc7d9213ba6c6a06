#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "pushwire/transport.hpp"

namespace pushwire {
namespace {

Request with_query(std::string_view query) {
  Request request;
  request.query = query;
  return request;
}

TEST(Request, finds_the_first_field_of_a_name_in_any_case) {
  Request request;
  request.fields = {{"Host", "a"}, {"last-event-ID", "x"}, {"Last-Event-Id", "y"}};
  EXPECT_EQ(request.field("Last-Event-ID"), "x");
  EXPECT_EQ(request.field("host"), "a");
  EXPECT_EQ(request.field("Hos"), std::nullopt);
  EXPECT_EQ(request.field("Origin"), std::nullopt);
}

TEST(Request, finds_a_token_of_a_list_over_all_fields_of_the_name) {
  Request request;
  request.fields = {{"Connection", "keep-alive ,\tUPGRADE"}, {"connection", ", te,,"}};
  EXPECT_TRUE(request.lists("Connection", "upgrade"));
  EXPECT_TRUE(request.lists("connection", "Keep-Alive"));
  EXPECT_TRUE(request.lists("Connection", "te"));
  EXPECT_FALSE(request.lists("Connection", "up"));
  EXPECT_FALSE(request.lists("Connection", "upgrade2"));
  EXPECT_FALSE(request.lists("Connection", "keep-alive ,\tUPGRADE"));
  EXPECT_FALSE(request.lists("Upgrade", "upgrade"));
  EXPECT_TRUE(request.members("Upgrade").empty());
  EXPECT_EQ(request.members("Connection"), (std::vector<std::string_view>{"keep-alive", "UPGRADE", "te"}));
}

TEST(Request, gives_the_first_parameter_of_a_name_decoded) {
  const Request request = with_query("events=a,b.%2A&after=k3x9a2mq-7&after=no&t=1+2%20%C3%BC");
  EXPECT_EQ(request.parameter("events"), "a,b.*");
  EXPECT_EQ(request.parameter("after"), "k3x9a2mq-7");
  EXPECT_EQ(request.parameter("t"), "1 2 \xC3\xBC");
  EXPECT_EQ(request.parameter("aft"), std::nullopt);
  EXPECT_EQ(with_query("").parameter("after"), std::nullopt);
}

TEST(Request, tells_an_empty_parameter_from_none) {
  EXPECT_EQ(with_query("after").parameter("after"), "");
  EXPECT_EQ(with_query("&&after=&at=1").parameter("after"), "");
  EXPECT_EQ(with_query("&&after=&at=1").parameter(""), std::nullopt);
  EXPECT_EQ(with_query("=1").parameter(""), "1");
}

TEST(Request, decodes_names_and_cuts_at_the_first_equals_sign) {
  EXPECT_EQ(with_query("%61fter=x=y").parameter("after"), "x=y");
}

TEST(Request, leaves_a_percent_sign_that_encodes_nothing) {
  EXPECT_EQ(with_query("a=%").parameter("a"), "%");
  EXPECT_EQ(with_query("a=%4").parameter("a"), "%4");
  EXPECT_EQ(with_query("a=%zz%4g%41").parameter("a"), "%zz%4gA");
  EXPECT_EQ(with_query("a=%00").parameter("a"), std::string(1, '\0'));
}

TEST(Request, has_cookies_that_may_share_a_name) {
  Request request;
  request.fields = {{"Cookie", "a=1; b=2;a=; A=4; a"}, {"cookie", "c; a=\"5\" "}};
  EXPECT_EQ(request.cookie("a"), "1");
  EXPECT_EQ(request.cookies("a"), (std::vector<std::string_view>{"1", "", "\"5\""}));
  EXPECT_EQ(request.cookie("c"), std::nullopt);
  EXPECT_TRUE(request.cookies("c").empty());
}

TEST(Head, keeps_fields_in_order) {
  Head head;
  head.add("Upgrade", "websocket");
  head.add("X-Note", "a\tb \xC3\xBC");
  head.add("X-Empty", "");
  ASSERT_EQ(head.fields.size(), 3u);
  EXPECT_EQ(head.fields[1].first, "X-Note");
  EXPECT_EQ(head.fields[1].second, "a\tb \xC3\xBC");
}

TEST(Head, lets_nothing_be_smuggled_in) {
  Head head;
  for (const std::string name : {"", "a b", "a:", "a\r\nb", "a\tb", "\xC3\xBC", "a(b)", "\"a\""}) {
    EXPECT_THROW(head.add(name, "x"), std::invalid_argument) << name;
  }
  EXPECT_THROW(head.add(std::string_view("a\0", 2), "x"), std::invalid_argument);
  for (const std::string value : {"a\r\nSet-Cookie: b", "a\n", "\r", "\x01", "\x7F"}) {
    EXPECT_THROW(head.add("X-Note", value), std::invalid_argument) << value;
  }
  EXPECT_THROW(head.add("X-Note", std::string_view("a\0b", 3)), std::invalid_argument);
  EXPECT_TRUE(head.fields.empty());
}

TEST(Refusal, carries_status_and_sentence) {
  const Refusal refusal(426, "This path speaks WebSocket.");
  EXPECT_EQ(refusal.head.status, 426);
  EXPECT_STREQ(refusal.what(), "This path speaks WebSocket.");
}

}  // namespace
}  // namespace pushwire
