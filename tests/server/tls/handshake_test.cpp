// Connections that never become TLS: each ends in time, leaves nothing behind and gets nothing of ours.
#include <gtest/gtest.h>
#include <stdio.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "pushwire/server.hpp"
#include "server/eventually.hpp"
#include "server/process_figures.hpp"
#include "server/secured.hpp"
#include "server/websocket_peer.hpp"
#include "support/tls_client.hpp"

namespace pushwire {
namespace {

using std::chrono::milliseconds;

Limits impatient(milliseconds handshake) {
  Limits limits;
  limits.handshake_timeout = handshake;
  return limits;
}

// What the server sends to `bytes`, up to the end.
std::string answer_to(std::uint16_t port, std::string_view bytes) {
  Socket socket(port);
  socket.send(bytes);
  while (socket.receive()) {
  }
  return socket.buffer();
}

TEST(Handshake, one_that_stands_still_is_closed_in_its_time) {
  Server server{secured(true, Options{}.limits(impatient(milliseconds(300))))};
  server.start();
  TlsClient client;
  client.shake_hands();
  const std::string hello = client.take();
  std::vector<Socket> waiting;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{5}, hello.size() - 1, hello.size()}) {
    waiting.emplace_back(server.port());
    waiting.back().send(hello.substr(0, size));
  }
  const auto began = std::chrono::steady_clock::now();
  for (Socket& socket : waiting) {
    while (socket.receive()) {
    }
  }
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(200)) << "not at once";
  EXPECT_TRUE(eventually([&] { return server.stats().connections == 0; }));
}

TEST(Handshake, its_deadline_is_over_with_it) {
  Server server{secured(true, Options{}.limits(impatient(milliseconds(300))))};
  server.start();
  const auto connect = [&] {
    const TlsPort port(server.port());
    return HttpClient(server.port());
  };
  HttpClient idle = connect();
  EXPECT_EQ(answer_to(server.port(), {}), "") << "which takes the time, and came later";
  EXPECT_EQ(idle.get("/pushwire/poll").status, 200);
}

TEST(Handshake, plain_http_gets_no_byte) {
  Server server{secured(true)};
  server.start();
  EXPECT_EQ(answer_to(server.port(), "GET /pushwire/poll HTTP/1.1\r\nHost: localhost\r\n\r\n"), "");
  EXPECT_EQ(answer_to(server.port(), "POST /pushwire/send HTTP/1.1\r\nHost: localhost\r\n\r\n"), "");
  EXPECT_TRUE(eventually([&] { return server.stats().connections == 0; }));
  EXPECT_EQ(server.stats().requests, 0u);
}

TEST(Handshake, noise_and_cuts_leave_nothing_behind) {
  Server server{secured(true)};
  server.start();
  const auto status = [&] {
    const TlsPort port(server.port());
    return get(server.port(), "/pushwire/poll").status;
  };
  EXPECT_EQ(status(), 200);
  ASSERT_TRUE(eventually([&] { return server.stats().connections == 0; }));
  const std::size_t before = descriptors();
  std::mt19937 random(3);
  {
    std::vector<std::string> openings;
    for (int i = 0; i < 40; ++i) {
      std::string noise(1 + random() % 3000, '\0');
      for (char& c : noise) c = static_cast<char>(random());
      if (i % 2 == 0) noise = std::string{22, 3, 1, 2, 0, 1} + noise;
      openings.push_back(noise);
    }
    TlsClient client;
    client.shake_hands();
    const std::string hello = client.take();
    for (std::size_t size = 0; size < hello.size(); size += 1 + hello.size() / 40)
      openings.push_back(hello.substr(0, size));
    openings.push_back(hello);
    for (std::size_t i = 0; i < openings.size(); ++i) {
      Socket socket(server.port());
      socket.send(openings[i]);
      if (i % 3 == 0) socket.abort();
      else if (i % 3 == 1) socket.finish();
    }
  }
  EXPECT_TRUE(eventually([&] { return server.stats().connections == 0; })) << server.stats().connections;
  EXPECT_TRUE(eventually([&] { return descriptors() == before; })) << descriptors() << " of " << before;
  EXPECT_EQ(status(), 200) << "it goes on";
}

TEST(Handshake, comes_byte_by_byte) {
  Server server{secured(true)};
  server.start();
  Socket socket(server.port());
  TlsClient client;
  while (!client.shake_hands()) {
    for (const char byte : client.take()) socket.send({&byte, 1});
    ASSERT_TRUE(socket.receive());
    client.feed(socket.buffer());
    socket.buffer().clear();
  }
  client.write("GET /pushwire/poll HTTP/1.1\r\nHost: localhost\r\n\r\n");
  for (const char byte : client.take()) socket.send({&byte, 1});
  std::string answer;
  while ((answer += client.read()).empty()) {
    ASSERT_TRUE(socket.receive());
    client.feed(socket.buffer());
    socket.buffer().clear();
  }
  EXPECT_EQ(answer.find("HTTP/1.1 200"), 0u);
}

// Runs `openssl s_client`; its whole output.
std::string s_client(std::uint16_t port, const std::string& flags) {
  const std::string command =
      "timeout 20 openssl s_client -connect 127.0.0.1:" + std::to_string(port) + " " + flags + " </dev/null 2>&1";
  FILE* const pipe = ::popen(command.c_str(), "r");
  std::string text;
  char bytes[4096];
  while (const std::size_t got = std::fread(bytes, 1, sizeof bytes, pipe)) text.append(bytes, got);
  ::pclose(pipe);
  return text;
}

TEST(Handshake, the_openssl_program_gets_in_by_good_versions_and_ciphers_alone) {
  if (::system("openssl version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no openssl program";
  Server server{secured(true)};
  server.start();
  const auto connects = [&](const std::string& flags) {
    const std::string text = s_client(server.port(), flags);
    return text.find("Cipher is (NONE)") == std::string::npos && text.find("Cipher is ") != std::string::npos;
  };
  EXPECT_TRUE(connects("-tls1_3"));
  EXPECT_TRUE(connects("-tls1_2"));
  EXPECT_TRUE(connects("-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305"));
  for (const char* flags :
       {"-tls1 -cipher ALL:@SECLEVEL=0", "-tls1_1 -cipher ALL:@SECLEVEL=0", "-tls1_2 -cipher RC4:@SECLEVEL=0",
        "-tls1_2 -cipher NULL:@SECLEVEL=0", "-tls1_2 -cipher aNULL:@SECLEVEL=0",
        "-tls1_2 -cipher AES128-SHA:@SECLEVEL=0", "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"}) {
    EXPECT_FALSE(connects(flags)) << flags;
  }
}

}  // namespace
}  // namespace pushwire
