// What one peer can have of the workers, and of the places to wait for them: with two workers one, and one of three places.
#include "net/page_queue.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/page_fixture.hpp"

namespace pushwire::net {
namespace {

constexpr const char* kOne = "192.0.2.1";
constexpr const char* kOther = "192.0.2.2";

class PageQueueTest : public PageTest {
 protected:
  std::shared_ptr<ShortWire> ask_from(const std::string& peer, const std::string& path, const std::string& field = {}) {
    return ask("GET " + path + " HTTP/1.1", "Host: localhost\r\n" + field + "\r\n", peer);
  }
  // While the first call is served, `meanwhile` happens and all other workers that were hired do what they may.
  void serve_while(const std::function<void()>& meanwhile) {
    router->answer = [this, meanwhile, first = true](const PageRequest&, PagePipe& pipe) mutable {
      if (std::exchange(first, false)) {
        meanwhile();
        for (auto& task : std::exchange(page_workers, {})) task();
      }
      pipe.begin(text(0));
      pipe.end(true);
    };
    work();
  }
};

TEST_F(PageQueueTest, one_peer_waits_for_its_own_while_others_are_served) {
  ask_from(kOne, "/first");
  serve_while([&] {
    ask_from(kOne, "/second");
    ask_from(kOther, "/third");
  });
  EXPECT_EQ(router->asked, (std::vector<std::string>{"/first", "/third", "/second"}));
  ask_from(kOther, "/fourth");
  work();
  EXPECT_EQ(router->asked.size(), 4u) << "all goes on behind it";
}

TEST_F(PageQueueTest, one_peer_does_not_fill_the_queue) {
  const auto fits = ask_from(kOne, "/a");
  const auto over = ask_from(kOne, "/b");
  EXPECT_EQ(fits->outgoing, "");
  EXPECT_TRUE(has(*over, "HTTP/1.1 503 "));
  EXPECT_TRUE(has(*over, "Retry-After: "));
  EXPECT_TRUE(has(*over, "from one address"));
  EXPECT_EQ(ask_from(kOther, "/c")->outgoing, "");
  work();
  EXPECT_EQ(router->asked, (std::vector<std::string>{"/a", "/c"}));
  EXPECT_EQ(ask_from(kOne, "/d")->outgoing, "") << "there is room again";
}

TEST_F(PageQueueTest, one_machine_has_many_addresses_of_ipv6) {
  EXPECT_EQ(ask_from("2001:db8::1", "/a")->outgoing, "");
  EXPECT_NE(ask_from("2001:db8::2", "/b")->outgoing, "");
  EXPECT_EQ(ask_from("2001:db8:0:1::1", "/c")->outgoing, "");
}

TEST_F(PageQueueTest, behind_a_trusted_proxy_its_clients_count) {
  EXPECT_EQ(ask_from("10.0.0.1", "/a", "X-Forwarded-For: 192.0.2.1\r\n")->outgoing, "");
  EXPECT_EQ(ask_from("10.0.0.1", "/b", "X-Forwarded-For: 192.0.2.2\r\n")->outgoing, "");
  EXPECT_NE(ask_from("10.0.0.1", "/c", "X-Forwarded-For: 192.0.2.1\r\n")->outgoing, "");
}

TEST_F(PageQueueTest, loopback_is_shared_by_all_of_a_machine_and_not_counted) {
  ask_from("127.0.0.1", "/first");
  serve_while([&] {
    ask_from("127.0.0.1", "/second");
    ask_from(kOther, "/third");
  });
  EXPECT_EQ(router->asked, (std::vector<std::string>{"/first", "/second", "/third"}));
}

TEST_F(PageQueueTest, who_gives_up_has_its_place_back) {
  const auto gone = ask_from(kOne, "/a");
  later(hub.limits().page_deadline + std::chrono::milliseconds(100));
  EXPECT_TRUE(has(*gone, "HTTP/1.1 503 "));
  EXPECT_EQ(ask_from(kOne, "/b")->outgoing, "");
  work();
  EXPECT_EQ(router->asked, (std::vector<std::string>{"/b"}));
}

}  // namespace
}  // namespace pushwire::net
