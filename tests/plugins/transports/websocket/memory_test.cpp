// What a client makes the server hold, as the allocator counts it.
#include <gtest/gtest.h>

#include <string>

#include "plugins/transports/websocket/client.hpp"

#if defined(__GLIBC__) && !defined(PUSHWIRE_SANITIZED)
#include <malloc.h>
#endif

namespace pushwire {
namespace {

constexpr std::size_t kUnknown = 0;

std::size_t bytes_held() {
#if defined(__GLIBC__) && !defined(PUSHWIRE_SANITIZED) && __GLIBC_PREREQ(2, 33)
  const struct mallinfo2 now = mallinfo2();
  return now.uordblks + now.hblkhd;
#else
  return kUnknown;
#endif
}

TEST(WebSocketMemory, stays_flat_however_many_fragments_are_sent) {
  std::string stream = masked_frame(kBinary, "x");
  for (int count = 1; count < 200'000; ++count) stream += masked_frame(kContinuation, "x");
  WebSocketClient client;
  const std::size_t before = bytes_held();
  EXPECT_EQ(client.conversation().receive(stream.data(), stream.size(), client.inbox, client.out),
            Verdict::close_after_flush);
  EXPECT_LE(bytes_held(), before + 8192);
  EXPECT_EQ(client.close_code(), 1008u);
}

TEST(WebSocketMemory, is_given_back_between_messages) {
  if (bytes_held() == kUnknown) GTEST_SKIP() << "the allocator does not tell";
  constexpr std::size_t kClients = 2000;
  const auto transport = make_websocket_transport();
  std::vector<std::unique_ptr<Conversation>> clients;
  for (std::size_t index = 0; index < kClients; ++index) {
    Head head;
    clients.push_back(transport->open(handshake(), head));
  }
  RecordingInbox inbox;
  std::string out;
  const std::string pong = masked_frame(kFin | kPong, "x");
  const std::size_t before = bytes_held();
  for (const auto& client : clients) {
    std::string half = pong.substr(0, 3);
    client->receive(half.data(), half.size(), inbox, out);
  }
  EXPECT_GT(bytes_held(), before + kClients * 50);
  for (const auto& client : clients) {
    std::string rest = pong.substr(3);
    client->receive(rest.data(), rest.size(), inbox, out);
  }
  EXPECT_LT(bytes_held(), before + kClients * 4);
}

}  // namespace
}  // namespace pushwire
