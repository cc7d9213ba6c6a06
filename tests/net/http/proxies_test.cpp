#include "net/http/proxies.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace pushwire::net {
namespace {

std::string client(const std::vector<std::string>& trusted, std::string_view peer,
                   const std::vector<Request::Field>& fields, Forwarding written = Forwarding::x_forwarded_for) {
  std::vector<std::pair<std::string, Forwarding>> all;
  for (const std::string& address : trusted) all.emplace_back(address, written);
  Request request;
  request.fields = fields;
  return Proxies(all).client(request, peer);
}

std::string client_by_standard(const std::vector<std::string>& trusted, std::string_view said) {
  return client(trusted, "127.0.0.1", {{"Forwarded", said}}, Forwarding::forwarded);
}

TEST(Proxies, that_are_not_listed_say_nothing) {
  for (const char* name : {"Forwarded", "X-Forwarded-For"}) {
    const std::string said = name[0] == 'F' ? "for=192.0.2.1" : "192.0.2.1";
    for (const Forwarding written : {Forwarding::x_forwarded_for, Forwarding::forwarded}) {
      EXPECT_EQ(client({}, "127.0.0.1", {{name, said}}, written), "127.0.0.1");
      EXPECT_EQ(client({"10.0.0.0/8"}, "127.0.0.1", {{name, said}}, written), "127.0.0.1");
      EXPECT_EQ(client({"127.0.0.1"}, "", {{name, said}}, written), "") << "nobody knows the peer";
    }
  }
}

TEST(Proxies, that_are_listed_tell_the_client) {
  const std::vector<std::string> local{"127.0.0.1", "::1"};
  EXPECT_EQ(client(local, "127.0.0.1", {}), "127.0.0.1");
  EXPECT_EQ(client(local, "127.0.0.1", {{"x-forwarded-for", "192.0.2.1"}}), "192.0.2.1");
  EXPECT_EQ(client(local, "::1", {{"X-Forwarded-For", " 2001:DB8::1 "}}), "2001:db8::1");
  EXPECT_EQ(client(local, "127.0.0.1", {{"X-Forwarded-For", "192.0.2.1:4711"}}), "192.0.2.1");
  EXPECT_EQ(client(local, "127.0.0.1", {{"X-Forwarded-For", "[2001:db8::1]:4711"}}), "2001:db8::1");
  EXPECT_EQ(client(local, "127.0.0.1", {{"X-Forwarded-For", "::ffff:192.0.2.1"}}), "192.0.2.1");
  EXPECT_EQ(client_by_standard(local, "for=192.0.2.1;proto=https;by=10.0.0.1"), "192.0.2.1");
  EXPECT_EQ(client_by_standard(local, R"(proto=https; FOR="[2001:db8::1]:4711")"), "2001:db8::1");
}

TEST(Proxies, pass_on_as_it_came_what_they_do_not_write) {
  const std::vector<std::string> local{"127.0.0.1"};
  const std::vector<Request::Field> both{{"X-Forwarded-For", "192.0.2.1"}, {"Forwarded", "for=192.0.2.2"}};
  EXPECT_EQ(client(local, "127.0.0.1", both, Forwarding::x_forwarded_for), "192.0.2.1");
  EXPECT_EQ(client(local, "127.0.0.1", both, Forwarding::forwarded), "192.0.2.2");
  EXPECT_EQ(client(local, "127.0.0.1", {both[1]}, Forwarding::x_forwarded_for), "127.0.0.1");
  EXPECT_EQ(client(local, "127.0.0.1", {both[0]}, Forwarding::forwarded), "127.0.0.1");
}

TEST(Proxies, of_which_several_fit_are_the_first_one) {
  const Proxies proxies({{"10.0.0.1", Forwarding::forwarded}, {"10.0.0.0/8", Forwarding::x_forwarded_for}});
  Request request;
  request.fields = {{"X-Forwarded-For", "192.0.2.1"}, {"Forwarded", "for=192.0.2.2"}};
  EXPECT_EQ(proxies.client(request, "10.0.0.1"), "192.0.2.2");
  EXPECT_EQ(proxies.client(request, "10.0.0.2"), "192.0.2.1");
}

TEST(Proxies, are_walked_through_from_the_nearest) {
  const std::vector<std::string> ours{"127.0.0.1", "10.0.0.0/8"};
  const auto said = [&](std::string_view list) { return client(ours, "127.0.0.1", {{"X-Forwarded-For", list}}); };
  EXPECT_EQ(said("192.0.2.1, 10.0.0.2, 10.0.0.3"), "192.0.2.1");
  EXPECT_EQ(said("6.6.6.6, 192.0.2.1, 10.0.0.3"), "192.0.2.1") << "what a client says of itself stands before";
  EXPECT_EQ(said("10.0.0.2, 10.0.0.3"), "10.0.0.2") << "nothing but proxies";
  EXPECT_EQ(client(ours, "10.9.9.9", {{"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-For", "10.0.0.3"}}), "192.0.2.1");
}

TEST(Proxies, pass_on_what_cannot_be_read) {
  const std::vector<std::string> ours{"127.0.0.1", "10.0.0.0/8"};
  for (const char* list :
       {"", ",", " , ,", "unknown", "192.0.2.1.evil.example", "127.1", "192.0.2.1:99999", "[::1", "\xff"}) {
    EXPECT_EQ(client(ours, "127.0.0.1", {{"X-Forwarded-For", list}}), "127.0.0.1") << list;
  }
  EXPECT_EQ(client(ours, "127.0.0.1", {{"X-Forwarded-For", "192.0.2.1, garbage, 10.0.0.3"}}), "10.0.0.3");
  for (const char* said : {"for=", "for", "by=192.0.2.1", "for=\"192.0.2.1", "for=_hidden", "for=\"\"",
                           ";;;=", "for=\"a\\\"b\"", "for=\"1,2\""}) {
    EXPECT_EQ(client_by_standard(ours, said), "127.0.0.1") << said;
  }
}

TEST(Proxies, are_addresses_and_networks) {
  EXPECT_EQ(client({"10.0.0.0/31"}, "10.0.0.1", {{"X-Forwarded-For", "192.0.2.1"}}), "192.0.2.1");
  EXPECT_EQ(client({"10.0.0.0/31"}, "10.0.0.2", {{"X-Forwarded-For", "192.0.2.1"}}), "10.0.0.2");
  EXPECT_EQ(client({"0.0.0.0/0"}, "::1", {{"X-Forwarded-For", "192.0.2.1"}}), "::1") << "of IPv4 alone";
  EXPECT_EQ(client({"::/0"}, "127.0.0.1", {{"X-Forwarded-For", "::1"}}), "::1");
  EXPECT_EQ(client({"fd00::/8"}, "fdff::1", {{"X-Forwarded-For", "192.0.2.1"}}), "192.0.2.1");
  EXPECT_EQ(client({"127.0.0.1"}, "::ffff:127.0.0.1", {{"X-Forwarded-For", "192.0.2.1"}}), "192.0.2.1");
  for (const char* wrong : {"", "/", "localhost", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "::/129",
                            "10.0.0/8", "10.0.0.0/8/8", "10.0.0.0/08x", "127.1"}) {
    EXPECT_THROW(Proxies({{wrong, Forwarding::forwarded}}), std::invalid_argument) << wrong;
  }
}

}  // namespace
}  // namespace pushwire::net
