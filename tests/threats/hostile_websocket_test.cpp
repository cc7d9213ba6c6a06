// What a WebSocket client may throw at a server: it is told so by the close code that RFC 6455 has for it, costs nothing, and
// concerns nobody else. (tests/plugins/transports/websocket has the same at every cut.)
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/eventually.hpp"
#include "server/process_figures.hpp"
#include "server/websocket_peer.hpp"

namespace pushwire {
namespace {

using std::string_literals::operator""s;

class HostileWebSocket : public testing::Test {
 protected:
  HostileWebSocket() {
    server.start();
    bystander = std::make_unique<WebSocketPeer>(server.port());
    bystander->next(), bystander->next();
  }
  ~HostileWebSocket() override {
    log.emit(7);
    EXPECT_EQ(said({bystander->next_news()}), "log=7");
    EXPECT_TRUE(eventually([&] { return server.stats().connections == 1; }));
  }
  // The code that `bytes` are answered with, behind which the connection ends.
  unsigned code_of(const std::string& bytes) {
    WebSocketPeer peer(server.port());
    peer.next(), peer.next();
    peer.socket().send(bytes);
    const unsigned code = peer.next_frame().close_code();
    EXPECT_TRUE(peer.ended());
    EXPECT_EQ(server.stats().refused_frames, ++refused);
    return code;
  }
  static std::string announcing(unsigned first, std::uint64_t length) {
    return bytes({first}) + length_field(length, 0x80) + "mask";
  }

  Server server{Options{}.stop_timeout(std::chrono::milliseconds(50)).log(nullptr)};
  EventType<int> log = server.event<int>("log");
  std::unique_ptr<WebSocketPeer> bystander;
  std::uint64_t refused = 0;
};

TEST_F(HostileWebSocket, lengths_beyond_all_bounds_are_1009_and_nothing_is_set_aside_for_them) {
  const std::size_t before = resident_kib();
  for (const std::uint64_t length : {65'537ull, 1ull << 31, 1ull << 32, 1ull << 62, 1ull << 63, ~0ull}) {
    EXPECT_EQ(code_of(announcing(kFin | kBinary, length)), 1009u) << length;
    EXPECT_EQ(code_of(announcing(kFin | kText, length)), 1009u) << length;
  }
  // With what came before, 2^64 bytes and a few: a sum that wraps would be small.
  for (const std::uint64_t more : {~0ull, ~0ull - 4, 1ull << 63}) {
    EXPECT_EQ(code_of(masked_frame(kBinary, "12345") + announcing(kFin | kContinuation, more)), 1009u) << more;
  }
  if (!kSanitized) {
    EXPECT_LT(resident_kib(), before + 4096);
  }
}

TEST_F(HostileWebSocket, frames_that_break_the_rules_are_1002) {
  EXPECT_EQ(code_of("\x81\x05Hello"), 1002u) << "no mask";
  for (const unsigned bit : {0x40u, 0x20u, 0x10u}) EXPECT_EQ(code_of(masked_frame(kFin | bit | kText, "{}")), 1002u);
  for (const unsigned opcode : {3u, 7u, 11u, 15u}) EXPECT_EQ(code_of(masked_frame(kFin | opcode, "")), 1002u);
  EXPECT_EQ(code_of(masked_frame(kFin | kPing, std::string(126, 'x'))), 1002u);
  EXPECT_EQ(code_of(announcing(kFin | kPong, 1ull << 62)), 1002u);
  EXPECT_EQ(code_of(masked_frame(kPing, "cut")), 1002u);
  EXPECT_EQ(code_of(masked_frame(kFin | kContinuation, "of nothing")), 1002u);
  EXPECT_EQ(code_of(masked_frame(kText, "a") + masked_frame(kText, "b")), 1002u);
}

TEST_F(HostileWebSocket, text_that_is_not_utf8_is_1007) {
  for (const std::string text : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "{\"a\":\"\xe2\x82\"}"}) {
    EXPECT_EQ(code_of(masked_frame(kFin | kText, text)), 1007u);
  }
  EXPECT_EQ(code_of(masked_frame(kText, "\xe2\x82") + masked_frame(kFin | kContinuation, "x")), 1007u);
}

TEST_F(HostileWebSocket, fragments_without_end_are_1008) {
  WebSocketPeer peer(server.port());
  peer.next(), peer.next();
  std::string thousand;
  for (int i = 0; i < 1000; ++i) thousand += masked_frame(kContinuation, "x");
  peer.socket().send(masked_frame(kText, "x"));
  const std::size_t before = resident_kib();
  // 200,000 of them, unless the answer comes first, or the server ends the connection behind it.
  try {
    for (int i = 0; i < 200 && !peer.socket().readable_within(std::chrono::milliseconds(0)); ++i) {
      peer.socket().send(thousand);
    }
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(peer.next_frame().close_code(), 1008u);
  if (!kSanitized) {
    EXPECT_LT(resident_kib(), before + 4096);
  }
}

TEST_F(HostileWebSocket, pings_whose_pongs_nobody_reads_fill_no_memory) {
  WebSocketPeer peer(server.port(), "/pushwire/websocket", {}, 4096);
  peer.next(), peer.next();
  std::string pings;
  for (int i = 0; i < 1000; ++i) pings += masked_frame(kFin | kPing, std::string(125, 'x'));
  const std::size_t before = resident_kib();
  // Until the server takes no more, and the kernel neither: it must not take all of these 128 MB.
  std::size_t sent = 0;
  pollfd room{peer.socket().descriptor(), POLLOUT, 0};
  while (sent < 128u << 20 && ::poll(&room, 1, 300) > 0) {
    const ssize_t some = ::send(room.fd, pings.data(), pings.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    ASSERT_GT(some, 0);
    sent += static_cast<std::size_t>(some);
    pings = pings.substr(static_cast<std::size_t>(some)) + pings.substr(0, static_cast<std::size_t>(some));
  }
  EXPECT_LT(sent, 32u << 20);
  if (!kSanitized) {
    EXPECT_LT(resident_kib(), before + 4096);
  }
}

TEST_F(HostileWebSocket, a_message_may_come_a_byte_at_a_time) {
  WebSocketPeer peer(server.port());
  peer.next(), peer.next();
  const std::string frame = masked_frame(kText, R"({"control":)") + masked_frame(kFin | kPing, "p") +
                            masked_frame(kFin | kContinuation, "\"ping\"}");
  for (const char byte : frame) peer.socket().send(std::string(1, byte));
  EXPECT_EQ(peer.next_frame().opcode, unsigned{kPong});
  EXPECT_EQ(peer.next().control, "ping");
  peer.send(kClose, close_payload(1000));
  EXPECT_EQ(peer.next_frame().close_code(), 1000u);
  EXPECT_EQ(server.stats().refused_frames, 0u);
}

// Read by an expression with nested repeats, this takes for ever.
TEST_F(HostileWebSocket, extensions_are_not_read_at_all) {
  const auto before = cpu_time();
  for (const std::string& extensions : {"a; b=\"" + std::string(6000, '\\') + "c", "a" + std::string(7000, ' ') + ";;b",
                                        "permessage-deflate; client_max_window_bits=99"s}) {
    WebSocketPeer peer(server.port(), "/pushwire/websocket", {{"Sec-WebSocket-Extensions", extensions}});
    EXPECT_EQ(peer.head().field("Sec-WebSocket-Extensions"), "");
  }
  EXPECT_LT(cpu_time() - before, std::chrono::milliseconds(kSanitized ? 500 : 100));
}

}  // namespace
}  // namespace pushwire
