#include <gtest/gtest.h>

#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "pushwire/server.hpp"
#include "server/fixed_port.hpp"
#include "server/http_client.hpp"
#include "server/items.hpp"

namespace pushwire {
namespace {

TEST(Ports, a_taken_one_is_an_error_of_start_that_names_address_and_port) {
  Server first;
  first.start();
  Server second{Options{}.port(first.port())};
  try {
    second.start();
    FAIL() << "two servers on one port";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::address_in_use);
    EXPECT_NE(std::string(error.what()).find("127.0.0.1:" + std::to_string(first.port())), std::string::npos)
        << error.what();
  }
  EXPECT_FALSE(second.running());
  EXPECT_EQ(second.port(), 0);
  EXPECT_EQ(second.url(), "");
  EXPECT_EQ(get(first.port(), "/pushwire/poll").status, 200);
}

TEST(Ports, a_start_that_failed_can_be_tried_again) {
  Server first{Options{}.port(fixed_port())};
  first.start();
  const std::uint16_t port = first.port();
  Server second{Options{}.port(port)};
  EXPECT_THROW(second.start(), std::system_error);
  first.stop();
  second.start();
  EXPECT_EQ(second.port(), port);
  EXPECT_EQ(get(port, "/pushwire/poll").status, 200);
}

TEST(Ports, an_address_that_is_none_is_named) {
  Server server{Options{}.address("here.example")};
  try {
    server.start();
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find("here.example"), std::string::npos);
  }
}

TEST(Ports, other_machines_are_served_only_where_the_host_says_so) {
  for (const char* address : {"0.0.0.0", "::", "192.0.2.1", "fe80::1", "::ffff:0.0.0.0"}) {
    Server server{Options{}.address(address)};
    try {
      server.start();
      FAIL() << address;
    } catch (const std::invalid_argument& error) {
      EXPECT_NE(std::string(error.what()).find(address), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find("insecure_lan"), std::string::npos) << error.what();
    }
    EXPECT_FALSE(server.running());
  }
  Server loopback{Options{}.address("127.0.0.2")};
  loopback.start();
  EXPECT_TRUE(loopback.running());
}

TEST(Ports, two_servers_in_one_process_have_each_their_own) {
  Server one;
  Server two;
  const auto first = one.event<int>("first", latest());
  const auto second = two.event<int>("second", latest());
  one.start();
  two.start();
  EXPECT_NE(one.port(), two.port());
  first.emit(1);
  second.emit(2);
  const PolledAnswer from_one = polled(get(one.port(), "/pushwire/poll").body);
  const PolledAnswer from_two = polled(get(two.port(), "/pushwire/poll").body);
  EXPECT_EQ(said(from_one.items), "first=1");
  EXPECT_EQ(said(from_two.items), "second=2");
  EXPECT_NE(epoch_of(from_one.cursor), epoch_of(from_two.cursor));
  one.stop();
  EXPECT_EQ(get(two.port(), "/pushwire/poll").status, 200);
}

TEST(Ports, the_url_is_one_that_a_browser_on_this_machine_can_open) {
  Server server;
  EXPECT_EQ(server.url(), "");
  server.start();
  EXPECT_EQ(server.url(), "http://127.0.0.1:" + std::to_string(server.port()) + "/");
  Server everywhere{Options{}.address("0.0.0.0").insecure_lan()};
  everywhere.start();
  EXPECT_EQ(everywhere.url(), "http://127.0.0.1:" + std::to_string(everywhere.port()) + "/");
  EXPECT_EQ(get(everywhere.port(), "/pushwire/poll").status, 200);
}

TEST(Ports, the_url_of_all_addresses_has_the_name_that_clients_use) {
  const auto url = [](const char* address, std::vector<std::string> hosts) {
    Options options;
    options.address(address).insecure_lan();
    for (std::string& host : hosts) options.host(std::move(host));
    Server server(std::move(options));
    server.start();
    const std::string all = server.url();
    return all.substr(0, all.rfind(':'));
  };
  EXPECT_EQ(url("0.0.0.0", {"device.local", "other.local"}), "http://device.local");
  EXPECT_EQ(url("0.0.0.0", {"fd00::1"}), "http://[fd00::1]");
  EXPECT_EQ(url("0.0.0.0", {"[fd00::1]"}), "http://[fd00::1]");
  EXPECT_EQ(url("127.0.0.1", {"device.local"}), "http://127.0.0.1");
}

TEST(Ports, options_that_cannot_be_are_named_at_construction) {
  const auto fault = [](Options options) -> std::string {
    try {
      Server server(std::move(options));
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return {};
  };
  using std::chrono::milliseconds;
  EXPECT_NE(fault(Options{}.heartbeat(milliseconds(999))).find("heartbeat"), std::string::npos);
  EXPECT_NE(fault(Options{}.stop_timeout(milliseconds(-1))).find("stop_timeout"), std::string::npos);
  EXPECT_NE(fault(Options{}.base_path("live")).find("live"), std::string::npos);
  EXPECT_NE(fault(Options{}.base_path("/")).find("base_path"), std::string::npos);
  EXPECT_NE(fault(Options{}.allow_origin("app.example/")).find("app.example/"), std::string::npos);
  EXPECT_NE(fault(Options{}.host("*")).find("*"), std::string::npos);
  EXPECT_NE(fault(Options{}.public_origin("device.example")).find("device.example"), std::string::npos);
  EXPECT_NE(fault(Options{}.trusted_proxy("10.0.0.0/33")).find("10.0.0.0/33"), std::string::npos);
  EXPECT_NE(fault(Options{}.transport(nullptr)).find("transport"), std::string::npos);
  EXPECT_NE(fault(Options{}.without("websocket").without("sse").without("long-poll").without("poll")), "");
  EXPECT_EQ(fault(Options{}), "");
}

}  // namespace
}  // namespace pushwire
