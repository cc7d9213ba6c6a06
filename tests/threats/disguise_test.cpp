// Clients that claim to be another, or put words into the server's mouth: into its log, its heads, its event streams.
#include <gtest/gtest.h>

#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/logbook.hpp"
#include "pushwire/server.hpp"
#include "server/event_source.hpp"
#include "server/eventually.hpp"
#include "server/talking.hpp"
#include "server/users.hpp"

namespace pushwire {
namespace {

const char* const kClaims[] = {"6.6.6.6",
                               ",",
                               "",
                               ",,,",
                               "unknown",
                               "for=",
                               "for=\"",
                               "for=6.6.6.6",
                               "for=\"[::1]\"",
                               "for=\"[2001:db8::1]:99999999\"",
                               "127.0.0.1, 6.6.6.6",
                               "\xff",
                               "by=x;for=6.6.6.6;for="};

HttpFields claiming(const std::string& claim) {
  return {{"REMOTE_ADDR", claim}, {"Remote-Addr", claim},     {"X-Real-IP", claim},      {"X-Forwarded-For", claim},
          {"Forwarded", claim},   {"X-Client-IP", claim},     {"True-Client-IP", claim}, {"CF-Connecting-IP", claim},
          {"Via", claim},         {"X-Forwarded-Host", claim}};
}

class Disguise : public testing::Test {
 protected:
  Options options() {
    return Options{}
        .stop_timeout(std::chrono::milliseconds(50))
        .authorize([this](const Request& request) { return users.judge(request); })
        .log([this](LogLevel, std::string_view line) {
          const std::lock_guard lock(mutex);
          lines.emplace_back(line);
        });
  }
  std::vector<std::string> logged() {
    const std::lock_guard lock(mutex);
    return lines;
  }
  bool says(const std::string& text) {
    for (const std::string& line : logged()) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  }

  Users users;
  std::mutex mutex;
  std::vector<std::string> lines;
};

TEST_F(Disguise, a_client_is_who_it_is_whatever_it_says) {
  Server server(options());
  server.start();
  for (const char* claim : kClaims) {
    EXPECT_EQ(get(server.port(), "/pushwire/poll", claiming(claim)).status, 200) << claim;
    EXPECT_EQ(users.peer(), "127.0.0.1") << claim;
    HttpFields refused = claiming(claim);
    refused.emplace_back("Host", "evil.example");
    EXPECT_EQ(get(server.port(), "/pushwire/poll", refused).status, 421);
  }
  for (const std::string& line : logged()) EXPECT_EQ(line.rfind("127.0.0.1: ", 0), 0u) << line;
}

TEST_F(Disguise, a_trusted_proxy_that_passes_on_nonsense_is_taken_for_the_client) {
  Server server(options().trusted_proxy("127.0.0.0/8"));
  server.start();
  for (const char* claim : kClaims) {
    EXPECT_EQ(get(server.port(), "/pushwire/poll", claiming(claim)).status, 200) << claim;
    EXPECT_NE(users.peer(), "") << claim;
  }
  EXPECT_EQ(get(server.port(), "/pushwire/poll", {{"X-Forwarded-For", "6.6.6.6, 192.0.2.1"}}).status, 200);
  EXPECT_EQ(users.peer(), "192.0.2.1") << "the address that the proxy has seen, not the client's own words";
  EXPECT_EQ(
      get(server.port(), "/pushwire/poll", {{"Forwarded", "for=6.6.6.6"}, {"X-Forwarded-For", "192.0.2.1"}}).status,
      200);
  EXPECT_EQ(users.peer(), "192.0.2.1") << "the field that the proxy writes, not one that it passes on";
}

TEST_F(Disguise, nothing_that_a_client_sends_makes_lines_of_a_log_or_steers_a_terminal) {
  Server server(options());
  server.on("act", [](const std::string& text) { throw std::runtime_error(text); });
  server.start();
  const std::string words = "\x1b[2J\x1b]0;pwned\x07\r\nerror: all is lost\u202e\u009b31m";
  HttpClient client(server.port());
  for (const char* target :
       {"/%1b[2J%0d%0aerror:%20all", "/pushwire/poll?events=%0aerror", "/pushwire/poll?after=%1b[2J"}) {
    client.get(target, {{"User-Agent", "\x80\x9b[2J"}, {"Referer", "http://\u202e"}});
  }
  EXPECT_EQ(get(server.port(), "/", {{"Host", "\xc2\x9b[2J"}}).status, 400);
  EXPECT_EQ(get(server.port(), "/", {{"Host", "evil-\xe2\x80\xae.example"}}).status, 400);
  EXPECT_EQ(get(server.port(), "/", {{"Origin", "http://evil.example:\x9b"}}).status, 400);
  const std::string frame = request_frame(
      1, "act", "\"" + std::string("\\u001b[2J\\nerror: all is lost\\u202e") + std::string(50'000, 'x') + "\"");
  EXPECT_EQ(post(server.port(), new_session(server.port()), '[' + frame + ']').status, 200);
  EXPECT_TRUE(
      eventually([&] { return says("the handler of 'act' threw: \\x1b[2J\\x0aerror: all is lost\\u202exxx"); }));
  for (const std::string& line : logged()) {
    EXPECT_EQ(line, net::clean_line(line, line.size()));
    EXPECT_LT(line.size(), 1100u);
  }
}

TEST_F(Disguise, a_client_that_is_refused_again_and_again_is_a_few_lines) {
  Server server(options());
  server.start();
  for (int i = 0; i < 500; ++i) {
    HttpClient client(server.port());
    client.ask("/" + std::to_string(i), {{"Host", "evil-" + std::to_string(i) + ".example"}});
    ASSERT_EQ(client.answer().status, 421);
  }
  // The test may take longer than a period.
  EXPECT_LT(logged().size(), 50u);
  EXPECT_TRUE(says("127.0.0.1: 421: the Host \"evil-0.example\" is not a name of this server"));
}

TEST_F(Disguise, texts_of_the_host_break_out_of_no_head_and_no_event_stream) {
  Server server(options());
  for (const char* name : {"a\nevent: admin\ndata: pwn", "a\r", "", "a b", "\u00e9", "a\tb", "..", "\xff"}) {
    EXPECT_ANY_THROW((void)server.event<int>(name)) << name;
  }
  EXPECT_ANY_THROW((void)server.event<int>(std::string("a\0b", 3)));
  EXPECT_ANY_THROW(server.add_asset({"/x", "text/html\r\nSet-Cookie: p=1", "x"}));
  const auto note = server.event<std::string>("note", latest_by_key());
  server.start();
  for (const std::string& target :
       {std::string("/pushwire/sse?events=note"), std::string("/pushwire/sse?events=note&envelope=1")}) {
    EventSource source(server.port(), target);
    while (source.next().control != "live") {
    }
    std::string text("\xEF\xBB\xBFx\ndata: y\r\n\r\nid: 9\rZ\n\nevent: admin\ndata: pwn\n\n\0", 50);
    note.emit("\r\nid: 8\n\nevent: admin\n\n", text);
    const Item item = source.next_news();
    EXPECT_EQ(item.event, "note");
    note.emit("last", target);
    const Item last = source.next_news();
    EXPECT_EQ(last.event, "note") << "one event, and nothing between it and the next";
    EXPECT_EQ(sequence_of(last.id), sequence_of(item.id) + 1);
    for (const StreamMessage& message : source.parser().messages()) EXPECT_NE(message.type, "admin");
  }
}

}  // namespace
}  // namespace pushwire
