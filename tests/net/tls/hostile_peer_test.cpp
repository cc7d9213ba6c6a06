// What comes to a TlsWire from peers that are none, that stop anywhere, or that ask for what must not be.
#include <gtest/gtest.h>
#include <malloc.h>

#include <random>
#include <string>
#include <vector>

#include "net/tls/tls_fixture.hpp"

namespace pushwire::net {
namespace {

class HostilePeer : public TlsWireTest {
 protected:
  // What comes of `bytes` instead of a client.
  void say(const std::string& bytes) {
    begin();
    inner->incoming = bytes;
    settle();
  }
};

TEST_F(HostilePeer, plain_http_is_not_answered_with_a_single_byte) {
  for (const char* text : {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "POST /pushwire/send HTTP/1.1\r\n\r\n",
                           "HEAD / HTTP/1.0\r\n\r\n", "PUT / HTTP/1.1\r\n\r\n", "CONNECT a:1 HTTP/1.1\r\n\r\n"}) {
    say(text);
    EXPECT_TRUE(ended) << text;
    EXPECT_EQ(inner->outgoing, "") << text;
  }
}

TEST_F(HostilePeer, noise_ends_the_wire) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string noise(1 + random() % 600, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    if (round % 2 == 0) {  // as a handshake record (RFC 8446 section 5.1), with a ClientHello's first byte
      const std::string start{22, 3, 1, 0, static_cast<char>(random() % 256), 1};
      noise.replace(0, std::min(noise.size(), start.size()), start.substr(0, std::min(noise.size(), start.size())));
    }
    say(noise);
    inner->gone = true;
    settle();
    ASSERT_TRUE(ended) << round;
    ASSERT_LT(inner->outgoing.size(), 100u) << "an alert at most";
  }
}

TEST_F(HostilePeer, bytes_that_are_changed_end_the_wire_or_mean_nothing) {
  std::mt19937 random(11);
  for (int round = 0; round < 500; ++round) {
    begin();
    client->shake_hands();
    std::string hello = client->take();
    hello[random() % hello.size()] ^= static_cast<char>(1 + random() % 255);
    inner->incoming = hello;
    settle();
    client->feed(inner->outgoing);
    inner->outgoing.clear();
    try {
      client->shake_hands();
    } catch (const std::runtime_error&) {
    }
    inner->incoming += client->take();
    inner->gone = true;
    settle();
    ASSERT_TRUE(ended) << round;
  }
}

TEST_F(HostilePeer, a_hello_without_end_is_refused) {
  // 16 KiB records of one ClientHello that announces 16 MiB.
  std::string record{22, 3, 1, 64, 0};
  std::string first = record + std::string{1, '\x7f', '\x7f', '\x7f'} + std::string(16 * 1024 - 4, 'x');
  begin();
  inner->incoming = first;
  settle();
  for (int i = 0; i < 100 && !ended; ++i) {
    inner->incoming = record + std::string(16 * 1024, 'x');
    settle();
  }
  EXPECT_TRUE(ended);
}

TEST_F(HostilePeer, may_be_cut_after_any_byte_of_its_handshake) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient::Config config;
    config.max_version = version;
    // The client's bytes of a whole handshake and a message; each time cut one byte later.
    for (std::size_t cut = 0;; ++cut) {
      begin(config);
      std::size_t passed = 0;
      bool whole = false;
      for (int flight = 0; flight < 4 && passed < cut; ++flight) {
        const bool done = client->shake_hands();
        if (done && !whole) client->write("message"), whole = true;
        const std::string bytes = client->take().substr(0, cut - passed);
        passed += bytes.size();
        inner->incoming += bytes;
        settle();
        client->feed(inner->outgoing);
        inner->outgoing.clear();
      }
      inner->gone = true;
      settle();
      ASSERT_TRUE(ended) << cut;
      if (heard == "message") break;
      ASSERT_LT(cut, 4000u);
    }
  }
}

TEST_F(HostilePeer, old_versions_and_weak_ciphers_are_refused) {
  struct Case {
    const char* name;
    int version;
    const char* ciphers;
  };
  const Case cases[] = {
      {"TLS 1.0", TLS1_VERSION, "ALL:@SECLEVEL=0"},
      {"TLS 1.1", TLS1_1_VERSION, "ALL:@SECLEVEL=0"},
      {"no encryption", TLS1_2_VERSION, "NULL:@SECLEVEL=0"},
      {"anonymous", TLS1_2_VERSION, "aNULL:@SECLEVEL=0"},
      {"CBC", TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256:@SECLEVEL=0"},
      {"no forward secrecy", TLS1_2_VERSION, "AES128-GCM-SHA256:@SECLEVEL=0"},
  };
  for (const Case& one : cases) {
    TlsClient::Config config;
    config.min_version = config.max_version = one.version;
    config.ciphers = one.ciphers;
    begin(config);
    client_failed = false;
    exchange();
    EXPECT_TRUE(client_failed) << one.name;
    EXPECT_NE(failure.find("alert"), std::string::npos) << one.name << ": " << failure;
    EXPECT_TRUE(ended) << one.name;
  }
}

TEST_F(HostilePeer, who_offers_other_protocols_alone_is_refused) {
  TlsClient::Config config;
  config.protocols = "\x02h2";
  begin(config);
  exchange();
  EXPECT_NE(failure.find("no application protocol"), std::string::npos) << failure;
  EXPECT_TRUE(ended);
}

TEST_F(HostilePeer, nothing_is_negotiated_anew) {
  TlsClient::Config config;
  config.max_version = TLS1_2_VERSION;
  begin(config);
  exchange();
  ASSERT_EQ(SSL_version(client->ssl()), TLS1_2_VERSION);
  ASSERT_EQ(SSL_renegotiate(client->ssl()), 1);
  exchange();
  EXPECT_NE(failure.find("no renegotiation"), std::string::npos) << failure;
}

TEST_F(HostilePeer, a_record_that_was_tampered_with_ends_the_wire) {
  exchange();
  client->write("pay 10");
  std::string record = client->take();
  record[record.size() - 3] ^= 1;
  inner->incoming = record;
  settle();
  EXPECT_EQ(heard, "");
  EXPECT_TRUE(ended);
  const Chunk chunk{"x", 1};
  EXPECT_EQ(wire->write(&chunk, 1).state, Wire::State::ended);
}

#ifndef PUSHWIRE_SANITIZED
TEST_F(HostilePeer, an_idle_wire_costs_little) {
  struct Pair {
    std::shared_ptr<HandWire> inner;
    std::shared_ptr<TlsWire> wire;
  };
  constexpr std::size_t kCount = 400;  // so that freed blocks which malloc keeps, up to 200 KiB, do not count
  const auto connect = [&] {
    begin();
    exchange();
    client->write("hello");
    send("hello");
    exchange();
    client.reset();
    return Pair{std::move(inner), std::move(wire)};
  };
  connect();  // what is made once
  std::vector<Pair> idle;
  idle.reserve(kCount);
  const std::size_t before = ::mallinfo2().uordblks;
  for (std::size_t i = 0; i < kCount; ++i) idle.push_back(connect());
  const std::size_t each = (::mallinfo2().uordblks - before) / kCount;
  RecordProperty("bytes", static_cast<int>(each));
  std::printf("an idle TLS wire: %zu bytes\n", each);
  EXPECT_LT(each, 16 * 1024u);
}
#endif

}  // namespace
}  // namespace pushwire::net
