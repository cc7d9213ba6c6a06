// Clients that ask and never read: what waits for them is bounded, and whoever reads is served.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/eventually.hpp"
#include "server/process_figures.hpp"
#include "server/talking.hpp"

namespace pushwire {
namespace {

class UnreadReplies : public testing::Test {
 protected:
  UnreadReplies() {
    server.on("much", [&] {
      ++runs;
      return std::string(bytes, 'x');
    });
    server.on("echo", [](JsonValue value) { return value; });
    server.start();
  }
  ~UnreadReplies() override {
    Talking bystander(server.port(), kInBand);
    EXPECT_EQ(bystander.ask("echo", "1").data, "1");
  }
  static std::string batch(int from, int count) {
    std::string frames = "[";
    for (int i = 0; i < count; ++i)
      frames += (i ? "," : "") + request_frame(static_cast<std::uint64_t>(from + i), "much");
    return frames + ']';
  }
  // A sanitizer keeps what is freed.
  static void expect_growth_below(std::size_t kib, std::size_t before) {
    if (kSanitized) return;
    EXPECT_LT(resident_kib(), before + kib);
  }

  std::size_t bytes = 1024;
  std::atomic<int> runs{0};
  Server server{Options{}.stop_timeout(std::chrono::milliseconds(50)).log(nullptr)};
};

TEST_F(UnreadReplies, of_one_session_take_no_more_than_it_may_keep) {
  bytes = 200 * 1000;
  const std::size_t before = resident_kib();
  const std::string token = new_session(server.port());
  std::vector<HttpClient> silent;
  for (int i = 0; i < 5; ++i) {
    silent.emplace_back(server.port());
    post(silent.back(), token, batch(1 + i * 100, 100));
    ASSERT_TRUE(eventually([&] { return runs == (i + 1) * 100; }));
  }
  expect_growth_below(64 * 1024, before);  // of 100 MB that were asked for
  // Those that had to be forgotten are told as such; all of them are answered.
  std::vector<Item> replies = replies_of(silent.front().answer().body);
  EXPECT_EQ(replies.size(), 100u);
  for (const Item& reply : replies) {
    EXPECT_TRUE(reply.error_code == "outcome-unknown" || reply.data.size() == bytes + 2) << reply.error_code;
  }
}

TEST_F(UnreadReplies, of_a_hundred_posting_clients_are_bounded) {
  bytes = 8 * 1024;
  const std::size_t before = resident_kib();
  std::vector<HttpClient> silent;
  for (int i = 0; i < 100; ++i) {
    const std::string token = new_session(server.port());
    silent.emplace_back(server.port());
    post(silent.back(), token, batch(1, 20));
  }
  ASSERT_TRUE(eventually([&] { return runs == 2000; }));
  expect_growth_below(64 * 1024, before);
}

TEST_F(UnreadReplies, a_websocket_that_does_not_read_is_not_read) {
  bytes = 64 * 1024;
  const std::size_t before = resident_kib();
  std::vector<std::unique_ptr<WebSocketPeer>> silent;
  for (int i = 0; i < 100; ++i) {
    silent.push_back(std::make_unique<WebSocketPeer>(server.port(), "/pushwire/websocket",
                                                     HttpFields{{"Sec-WebSocket-Protocol", "pushwire.1"}}, 4096));
    std::string frames;
    for (std::uint64_t id = 1; id <= 10; ++id) frames += masked_frame(kFin | kText, request_frame(id, "much"));
    silent.back()->socket().send(frames);
  }
  ASSERT_TRUE(eventually([&] { return runs == 1000; }));
  expect_growth_below(128 * 1024, before);
  // What it asked for is there when it reads after all.
  std::uint64_t next = 1;
  while (next <= 10) {
    const Item item = silent.front()->next();
    if (!item.reply) continue;
    EXPECT_EQ(*item.reply, next++);
  }
}

TEST_F(UnreadReplies, that_nobody_fetched_can_be_asked_for_again) {
  std::string token;
  {
    HttpClient gone(server.port());
    token = new_session(server.port());
    post(gone, token, batch(1, 50));
    ASSERT_TRUE(eventually([&] { return runs == 50; }));
    gone.socket().abort();
  }
  EXPECT_EQ(replies_of(post(server.port(), token, batch(1, 50)).body).size(), 50u);
  EXPECT_EQ(runs, 50);
}

}  // namespace
}  // namespace pushwire
