// Serving over TLS: addresses, cookies, origins, who may be served at all, and clients that are not ours.
#include <gtest/gtest.h>
#include <httplib.h>
#include <stdlib.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "plugins/event_stream_parser.hpp"
#include "pushwire/server.hpp"
#include "server/eventually.hpp"
#include "server/secured.hpp"
#include "server/talking.hpp"
#include "support/tls_client.hpp"

namespace pushwire {
namespace {

std::string fault_of_start(Options options) {
  Server server{options.log(nullptr)};
  try {
    server.start();
  } catch (const std::exception& error) {
    EXPECT_FALSE(server.running());
    return error.what();
  }
  return {};
}

class Tls : public testing::Test {
 protected:
  void start() {
    server.add_asset({"/", "text/html", "<p>hello"});
    server.start();
    port = std::make_unique<TlsPort>(server.port());
  }
  std::string origin(const std::string& scheme) const {
    return scheme + "://127.0.0.1:" + std::to_string(server.port());
  }

  Server server{secured(true, Options{}.launch_token().log(nullptr))};
  std::unique_ptr<TlsPort> port;
};

TEST_F(Tls, its_addresses_are_https_and_its_cookie_is_for_https_alone) {
  EXPECT_EQ(server.tls_fingerprint(), "");
  start();
  EXPECT_EQ(server.url(), origin("https") + "/");
  EXPECT_EQ(server.launch_url().find(server.url() + "pushwire/launch?token="), 0u);
  const HttpAnswer launched = get(server.port(), server.launch_url().substr(server.url().size() - 1));
  EXPECT_EQ(launched.status, 303);
  const std::string cookie = launched.field("Set-Cookie");
  EXPECT_NE(cookie.find("; Secure"), std::string::npos) << cookie;
  const HttpAnswer page = get(server.port(), "/", {{"Cookie", cookie.substr(0, cookie.find(';'))}});
  EXPECT_EQ(page.body, "<p>hello");
  EXPECT_EQ(page.field("Strict-Transport-Security"), "") << "it would bind other servers of that host name";
  EXPECT_EQ(server.tls_fingerprint().size(), 95u);
}

TEST_F(Tls, a_page_that_came_by_plain_http_is_foreign) {
  start();
  const std::string token = server.launch_url().substr(server.launch_url().find('=') + 1);
  const std::string host = "127.0.0.1:" + std::to_string(server.port());
  const auto status = [&](const char* path, const std::string& from) {
    HttpFields fields{{"Host", host}, {"Authorization", "Bearer " + token}, {"Origin", from}};
    if (path == std::string("/pushwire/websocket")) fields = websocket_fields(fields);
    HttpClient client(server.port());
    client.ask(path, fields);
    return read_head(client.socket()).status;
  };
  for (const char* path : {"/pushwire/poll", "/pushwire/sse", "/pushwire/negotiate", "/pushwire/websocket", "/"}) {
    EXPECT_LT(status(path, origin("https")), 300) << path;
    EXPECT_EQ(status(path, origin("http")), 403) << path;
    EXPECT_EQ(status(path, "https://evil.example"), 403) << path;
    EXPECT_EQ(status(path, "https://127.0.0.1"), 403) << path << ", of another port";
  }
}

TEST_F(Tls, other_machines_are_served_with_it_and_a_login) {
  const auto fault = [](Options options) { return fault_of_start(options.address("0.0.0.0")); };
  const auto anybody = [](const Request&) { return Identity{}; };
  EXPECT_EQ(fault(secured(true, Options{}.launch_token())), "");
  EXPECT_EQ(fault(secured(true, Options{}.authorize(anybody))), "");
  EXPECT_EQ(fault(Options{}.insecure_lan()), "");
  for (const std::string& text : {fault(secured(true)), fault(Options{}.launch_token()), fault(Options{})}) {
    EXPECT_NE(text.find("0.0.0.0"), std::string::npos) << text;
    EXPECT_NE(text.find("tls()"), std::string::npos) << text;
    EXPECT_NE(text.find("launch_token()"), std::string::npos) << text;
    EXPECT_NE(text.find("insecure_lan()"), std::string::npos) << text;
  }
  EXPECT_EQ(fault_of_start(secured(true)), "") << "loopback needs no login";
}

TEST_F(Tls, a_file_that_cannot_be_used_fails_the_start_and_may_be_put_right) {
  const TemporaryFolder folder;
  const std::string chain = folder.path("chain.pem");
  const std::string key = folder.path("key.pem");
  Server own{Options{}.tls(chain, key)};
  try {
    own.start();
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
    EXPECT_NE(std::string(error.what()).find(chain), std::string::npos) << error.what();
  }
  EXPECT_FALSE(own.running());
  EXPECT_EQ(own.tls_fingerprint(), "");
  Server(secured(true)).start();  // makes sure that there is one to take
  std::ifstream made(tls_folder() + "/pushwire-tls.pem");
  const std::string pem{std::istreambuf_iterator<char>(made), {}};
  folder.write("chain.pem", pem), folder.write("key.pem", pem);
  own.start();
  EXPECT_TRUE(own.running());
  EXPECT_THROW(Server(Options{}.tls("", key)), std::invalid_argument);
  EXPECT_THROW(Server(Options{}.tls_self_signed("")), std::invalid_argument);
  EXPECT_THROW(Server(Options{}.tls(chain, key).tls_self_signed(tls_folder())), std::invalid_argument);
  EXPECT_THROW(Server(Options{}.tls_self_signed(tls_folder()).tls(chain, key)), std::invalid_argument);
}

TEST(TlsClients, messages_go_by_every_way_and_run_once) {
  Server server{secured(true)};
  int sum = 0;
  server.on("add", [&](int number) { return sum += number; });
  server.start();
  const TlsPort port(server.port());
  int expected = 0;
  for (const Way& way : kWays) {
    Talking talking(server.port(), way);
    for (int i = 1; i <= 20; ++i) {
      expected += i;
      EXPECT_EQ(talking.ask("add", std::to_string(i)).data, std::to_string(expected)) << way.name;
    }
  }
  EXPECT_EQ(sum, expected);
}

TEST(TlsClients, a_stop_says_goodbye_to_each) {
  Server server{secured(true)};
  server.start();
  const TlsPort port(server.port());
  WebSocketPeer peer(server.port());
  EventSource source(server.port());
  HttpClient poll(server.port());
  poll.ask("/pushwire/long-poll?after=latest");
  peer.next(), source.next();
  ASSERT_TRUE(eventually([&] { return server.stats().requests == 3; }));
  server.stop();
  EXPECT_EQ(peer.next_news().control, "bye");
  EXPECT_EQ(source.next_news().control, "bye");
  EXPECT_TRUE(source.ended());
  EXPECT_TRUE(source.socket().tls()->ended()) << "close_notify";
  EXPECT_EQ(poll.answer().status, 200);
}

TEST(TlsClients, a_slow_one_gets_everything_that_is_kept) {
  Server server{secured(true)};
  const auto log = server.event<std::string>("log", history(500));
  server.start();
  const TlsPort port(server.port());
  EventSource source(server.port(), "/pushwire/sse", {}, "HTTP/1.1", 4096);
  source.next();
  for (int i = 0; i < 400; ++i) log.emit(std::to_string(i) + std::string(20'000, 'x'));
  for (int i = 0; i < 400; ++i) {
    const Item item = source.next_news();
    ASSERT_EQ(item.event, "log") << i << item.control;
    ASSERT_EQ(item.data.substr(1, item.data.find('x') - 1), std::to_string(i));
  }
}

TEST(TlsClients, one_that_is_not_ours_polls_posts_and_reads_an_event_stream) {
  Server server{secured(true)};
  const auto log = server.event<int>("log");
  server.add_asset({"/", "text/plain", "hello"});
  server.on("echo", [](int number) { return number; });
  server.start();
  httplib::SSLClient client("127.0.0.1", server.port());
  client.set_ca_cert_path((tls_folder() + "/pushwire-certificate.pem").c_str());
  client.enable_server_certificate_verification(true);  // signed by itself, and for 127.0.0.1
  client.set_keep_alive(true);
  const auto page = client.Get("/");
  ASSERT_TRUE(page) << httplib::to_string(page.error());
  EXPECT_EQ(page->body, "hello");
  const auto poll = client.Get("/pushwire/poll?after=earliest");
  ASSERT_TRUE(poll);
  EXPECT_EQ(poll->status, 200);
  EventStreamParser parser;
  log.emit(1);
  client.Get("/pushwire/sse?after=earliest", [&](const char* bytes, std::size_t size) {
    parser.feed(std::string_view(bytes, size));
    if (parser.messages().size() == 2) log.emit(2);
    return parser.messages().size() < 3;
  });
  ASSERT_GE(parser.messages().size(), 3u);
  EXPECT_EQ(parser.messages()[2].data, "2");
}

TEST(TlsClients, a_server_that_is_never_destroyed_lets_the_process_end) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        auto* const server = new Server{secured(true)};
        server->start();
        const TlsPort port(server->port());
        static WebSocketPeer peer(server->port());
        peer.next();
        std::exit(0);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace pushwire
