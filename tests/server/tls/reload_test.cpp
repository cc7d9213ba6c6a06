// Certificates that are replaced while the server serves.
#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <atomic>
#include <ctime>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "net/tls/self_signed.hpp"
#include "net/tls/tls_context.hpp"
#include "pushwire/server.hpp"
#include "server/eventually.hpp"
#include "server/secured.hpp"
#include "server/websocket_peer.hpp"
#include "support/tls_client.hpp"

namespace pushwire {
namespace {

std::string shown_by(Socket& socket) {
  const net::openssl::CertificatePtr shown(SSL_get1_peer_certificate(socket.tls()->ssl()));
  return net::fingerprint_of(*shown);
}

class Reload : public testing::Test {
 protected:
  Reload() {
    write(certificates[0]);
    server.start();
    port = std::make_unique<TlsPort>(server.port());
  }
  void write(const net::SelfSigned& made) {
    folder.write("chain.pem", made.certificate);
    folder.write("key.pem", made.key);
  }

  const net::SelfSigned certificates[2] = {net::make_self_signed({"localhost"}, std::time(nullptr)),
                                           net::make_self_signed({"localhost"}, std::time(nullptr))};
  TemporaryFolder folder;
  Server server{Options{}.tls(folder.path("chain.pem"), folder.path("key.pem"))};
  std::unique_ptr<TlsPort> port;
};

TEST_F(Reload, new_connections_get_the_new_one_and_those_that_there_are_go_on) {
  const auto log = server.event<int>("log");
  WebSocketPeer before(server.port());
  before.next();
  const std::string first = server.tls_fingerprint();
  EXPECT_EQ(shown_by(before.socket()), first);
  write(certificates[1]);
  server.reload_tls();
  EXPECT_NE(server.tls_fingerprint(), first);
  WebSocketPeer after(server.port());
  after.next();
  EXPECT_EQ(shown_by(after.socket()), server.tls_fingerprint());
  log.emit(1);
  EXPECT_EQ(said({before.next_news()}), "log=1");
  EXPECT_EQ(said({after.next_news()}), "log=1");
}

TEST_F(Reload, a_bad_file_keeps_the_old_one_and_is_named) {
  const std::string first = server.tls_fingerprint();
  folder.write("chain.pem", certificates[1].certificate);
  try {
    server.reload_tls();
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find(folder.path("key.pem")), std::string::npos) << error.what();
  }
  EXPECT_EQ(server.tls_fingerprint(), first);
  Socket socket(server.port());
  EXPECT_EQ(shown_by(socket), first);
}

TEST_F(Reload, loses_no_connection_under_load) {
  std::atomic<bool> enough{false};
  std::atomic<int> connected{0};
  std::set<std::string> seen[2];
  std::vector<std::thread> clients;
  std::atomic<int> failures{0};
  for (auto& fingerprints : seen) {
    clients.emplace_back([&] {
      while (!enough) {
        try {
          HttpClient client(server.port());
          fingerprints.insert(shown_by(client.socket()));
          if (client.get("/pushwire/poll").status != 200) ++failures;
        } catch (const std::exception& error) {
          ADD_FAILURE() << error.what();
          ++failures;
          return;
        }
        ++connected;
      }
    });
  }
  int reloads = 0;
  for (int target = 10; reloads < 20; target += 10) {
    write(certificates[++reloads % 2]);
    server.reload_tls();
    if (!eventually([&] { return connected >= target || failures > 0; })) break;
  }
  enough = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(reloads, 20);
  EXPECT_EQ(failures, 0);
  std::set<std::string> all = seen[0];
  all.insert(seen[1].begin(), seen[1].end());
  EXPECT_EQ(all.size(), 2u);
}

TEST(ReloadWithout, tls_there_is_nothing_to_reload_and_before_the_start_nothing_yet) {
  Server plain;
  EXPECT_THROW(plain.reload_tls(), std::logic_error);
  plain.start();
  EXPECT_THROW(plain.reload_tls(), std::logic_error);
  EXPECT_EQ(plain.tls_fingerprint(), "");
  Server server{Options{}.tls("/none/chain.pem", "/none/key.pem")};
  EXPECT_NO_THROW(server.reload_tls());
}

TEST(ReloadSelfSigned, makes_a_new_one_only_when_the_old_one_is_of_no_use) {
  const TemporaryFolder folder;
  Server server{Options{}.tls_self_signed(folder.path()).log(nullptr)};
  server.start();
  const std::string first = server.tls_fingerprint();
  server.reload_tls();
  EXPECT_EQ(server.tls_fingerprint(), first);
  server.stop();
  server.start();
  EXPECT_EQ(server.tls_fingerprint(), first);
  folder.write("pushwire-tls.pem", "");
  server.reload_tls();
  EXPECT_NE(server.tls_fingerprint(), first);
}

}  // namespace
}  // namespace pushwire
