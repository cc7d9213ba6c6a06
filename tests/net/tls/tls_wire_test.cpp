#include <gtest/gtest.h>

#include <string>

#include "net/tls/tls_fixture.hpp"

namespace pushwire::net {
namespace {

std::string numbered(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i) text += std::to_string(i) + ' ';
  text.resize(size);
  return text;
}

TEST_F(TlsWireTest, carries_bytes_both_ways) {
  EXPECT_FALSE(wire->established());
  exchange();
  EXPECT_TRUE(wire->established());
  client->write("hello");
  exchange();
  EXPECT_EQ(heard, "hello");
  send("welcome");
  exchange();
  EXPECT_EQ(received, "welcome");
  EXPECT_EQ(wire->local_address(), "192.0.2.1");
  EXPECT_EQ(wire->peer_address(), "192.0.2.2");
  EXPECT_EQ(wire->peer_port(), 4711);
}

TEST_F(TlsWireTest, speaks_both_versions_and_http_1_1) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient::Config config;
    config.min_version = config.max_version = version;
    config.protocols = "\x02h2\x08http/1.1";
    begin(config);
    received.clear();
    exchange();
    EXPECT_EQ(SSL_version(client->ssl()), version);
    const unsigned char* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client->ssl(), &protocol, &size);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(protocol), size), "http/1.1");
    client->write("ping");
    send("pong");
    exchange();
    EXPECT_EQ(heard + received, "pingpong");
  }
}

TEST_F(TlsWireTest, gives_the_same_whatever_pieces_the_bytes_come_in) {
  for (const std::size_t piece : {1u, 2u, 3u, 5u, 7u, 100u, 4096u}) {
    begin();
    received.clear();
    to_send.clear();
    exchange(piece);
    ASSERT_TRUE(wire->established()) << piece;
    const std::string up = numbered(5000);
    const std::string down = numbered(40'000);
    client->write(up);
    send(down);
    exchange(piece);
    EXPECT_TRUE(heard == up) << piece;
    EXPECT_TRUE(received == down) << piece << ": " << received.size();
  }
}

TEST_F(TlsWireTest, tells_of_the_end_of_the_handshake_and_of_nothing_before) {
  inner->incoming = "";
  client->shake_hands();
  inner->incoming = client->take();
  const std::string hello = inner->incoming;
  for (std::size_t i = 0; i + 1 < hello.size(); ++i) {
    inner->incoming = hello[i];
    settle();
    char byte = 0;
    ASSERT_EQ(wire->read(&byte, 1).state, Wire::State::would_block);
    const Chunk chunk{"x", 1};
    ASSERT_EQ(wire->write(&chunk, 1).state, Wire::State::would_block);
  }
  EXPECT_EQ(readable, 0);
  EXPECT_EQ(inner->outgoing, "");
  inner->incoming = hello.back();
  exchange();
  EXPECT_GE(readable, 1);
  EXPECT_EQ(heard, "");
}

TEST_F(TlsWireTest, what_a_reader_has_left_is_told_without_another_byte) {
  exchange();
  capacity = 10;
  client->write(std::string(95, 'x'));
  inner->incoming = client->take();
  ASSERT_TRUE(inner->tell());
  EXPECT_EQ(heard.size(), 10u);
  EXPECT_FALSE(inner->awaits_read) << "nothing would come of it";
  for (int i = 0; i < 9; ++i) {
    ASSERT_TRUE(run_task()) << i;
  }
  EXPECT_EQ(heard.size(), 95u);
  settle();
  EXPECT_TRUE(inner->awaits_read);
  EXPECT_FALSE(run_task());
}

TEST_F(TlsWireTest, a_part_of_a_record_makes_no_turns) {
  exchange();
  client->write("hello");
  const std::string record = client->take();
  tasks_run = 0;
  for (std::size_t i = 0; i < record.size(); ++i) {
    inner->incoming += record[i];
    settle();
    EXPECT_TRUE(inner->awaits_read);
  }
  EXPECT_EQ(heard, "hello");
  EXPECT_LE(tasks_run, 1u);
}

TEST_F(TlsWireTest, reads_so_much_at_once_that_others_have_their_turn) {
  exchange();
  // Records that bring nothing to read: OpenSSL would go on as long as there are any.
  std::string flood;
  while (flood.size() < 4 * TlsWire::kReadAtOnce) {
    SSL_key_update(client->ssl(), SSL_KEY_UPDATE_NOT_REQUESTED);
    SSL_do_handshake(client->ssl());
    flood += client->take();
  }
  client->write("behind");
  inner->incoming = flood + client->take();
  const std::size_t before = inner->taken;
  ASSERT_TRUE(inner->tell());
  EXPECT_LE(inner->taken - before, TlsWire::kReadAtOnce);
  EXPECT_EQ(tasks.size(), 1u) << "it goes on by itself";
  settle();
  EXPECT_EQ(heard, "behind");
}

TEST_F(TlsWireTest, bytes_count_as_moved_when_the_inner_wire_has_their_record) {
  const std::string down = numbered(100'000);
  for (const std::size_t room : {0u, 1u, 1000u, 16'385u, 16'406u, 16'407u, 50'000u, 90'000u}) {
    begin();
    received.clear();
    to_send.clear();
    sent = 0;
    exchange();
    inner->room = room;
    send(down);
    ASSERT_LT(sent, down.size());
    wire->close();
    client->feed(inner->outgoing);
    received += client->read();
    EXPECT_GE(received.size(), sent) << room << ": what was said to be gone is gone";
    EXPECT_LT(received.size() - sent, 1u) << room;
    EXPECT_TRUE(received == down.substr(0, received.size()));
  }
}

TEST_F(TlsWireTest, a_slow_peer_holds_back_one_record) {
  exchange();
  const std::string down = numbered(300'000);
  std::size_t passed = 0;
  inner->room = 0;
  send(down);
  for (std::size_t step = 1; !to_send.empty(); step = step * 7 % 5003 + 1) {
    inner->room = step;
    passed += step;
    settle();
    ASSERT_LE(sent, passed);
    ASSERT_GE(sent + 2 * TlsWire::kRecord, passed * 9 / 10) << "it stands still";
  }
  inner->room = SIZE_MAX;
  exchange();
  EXPECT_TRUE(received == down);
}

TEST_F(TlsWireTest, small_chunks_go_in_one_record) {
  exchange();
  const std::string middle(1000, 'm');
  const Chunk chunks[] = {{"head", 4}, {middle.data(), middle.size()}, {"tail", 4}};
  const Wire::Moved moved = wire->write(chunks, 3);
  EXPECT_EQ(moved.bytes, 1008u);
  const std::string& out = inner->outgoing;
  ASSERT_GE(out.size(), 5u);
  const std::size_t first = static_cast<unsigned char>(out[3]) * 256u + static_cast<unsigned char>(out[4]);
  EXPECT_EQ(out.size(), 5 + first);
  exchange();
  EXPECT_EQ(received, "head" + middle + "tail");
}

TEST_F(TlsWireTest, chunks_above_a_record_stay_in_order) {
  exchange();
  const std::string a = numbered(20'000), b = numbered(17'000), c = numbered(33'000);
  const Chunk chunks[] = {{a.data(), a.size()}, {b.data(), b.size()}, {c.data(), c.size()}};
  EXPECT_EQ(wire->write(chunks, 3).bytes, 70'000u);
  exchange();
  EXPECT_TRUE(received == a + b + c);
}

TEST_F(TlsWireTest, finish_says_goodbye_and_reads_on) {
  exchange();
  send("last words");
  call([&] { wire->finish(); });
  EXPECT_TRUE(inner->finished);
  exchange();
  EXPECT_EQ(received, "last words");
  EXPECT_TRUE(client->ended());
  client->write("still here");
  exchange();
  EXPECT_EQ(heard, "still here");
  const Chunk chunk{"x", 1};
  EXPECT_EQ(wire->write(&chunk, 1).state, Wire::State::ended);
}

TEST_F(TlsWireTest, finish_waits_until_its_goodbye_is_gone) {
  exchange();
  inner->room = 3;
  call([&] { wire->finish(); });
  EXPECT_FALSE(inner->finished);
  EXPECT_TRUE(inner->awaits_write);
  inner->room = 5;
  settle();
  EXPECT_FALSE(inner->finished);
  inner->room = SIZE_MAX;
  settle();
  EXPECT_TRUE(inner->finished);
  exchange();
  EXPECT_TRUE(client->ended());
}

TEST_F(TlsWireTest, close_says_nothing_since_something_may_be_missing) {
  exchange();
  send("half of");
  wire->close();
  EXPECT_TRUE(inner->closed);
  client->feed(inner->outgoing);
  EXPECT_EQ(client->read(), "half of");
  EXPECT_FALSE(client->ended());
  EXPECT_FALSE(inner->finished);
}

TEST_F(TlsWireTest, a_peer_that_says_goodbye_has_ended_and_still_hears) {
  exchange();
  client->write("bye");
  client->say_goodbye();
  exchange();
  EXPECT_EQ(heard, "bye");
  EXPECT_TRUE(ended);
  inner->outgoing.clear();
  send("farewell");
  EXPECT_EQ(sent, 8u);
  EXPECT_FALSE(inner->outgoing.empty());
}

TEST_F(TlsWireTest, a_peer_that_only_goes_has_ended) {
  exchange();
  client->write("cut");
  exchange();
  inner->gone = true;
  settle();
  EXPECT_EQ(heard, "cut");
  EXPECT_TRUE(ended);
}

TEST_F(TlsWireTest, an_inner_wire_that_breaks_ends_writing) {
  exchange();
  inner->room = 0;
  send(numbered(50'000));
  inner->broken = true;
  settle();
  const Chunk chunk{to_send.data(), to_send.size()};
  EXPECT_EQ(wire->write(&chunk, 1).state, Wire::State::ended);
}

TEST_F(TlsWireTest, an_observer_may_close_and_let_go_of_it_in_its_call) {
  struct Leaving : Wire::Observer {
    void on_readable() override { wire->close(), wire.reset(); }
    void on_writable() override { on_readable(); }
    std::shared_ptr<Wire> wire;
  };
  for (const bool posted : {false, true}) {
    begin();
    exchange();
    capacity = 1;
    client->write("xyz");
    inner->incoming = client->take();
    if (posted) inner->tell();
    Leaving leaving;
    wire->observe(&leaving);
    leaving.wire = std::move(wire);
    posted ? run_task() : inner->tell();
    EXPECT_EQ(leaving.wire, nullptr);
    EXPECT_TRUE(inner->closed);
  }
}

}  // namespace
}  // namespace pushwire::net
