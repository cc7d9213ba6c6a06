// A client that is not ours, cpp-httplib, reads the same.
#include <gtest/gtest.h>
#include <httplib.h>

#include <string>

#include "plugins/event_stream_parser.hpp"
#include "pushwire/server.hpp"
#include "server/items.hpp"

namespace pushwire {
namespace {

TEST(ThirdPartyClient, polls_gets_assets_and_reads_an_event_stream) {
  Server server;
  const auto log = server.event<int>("log");
  server.add_asset({"/", "text/plain", "hello"});
  server.start();
  httplib::Client client("127.0.0.1", server.port());
  client.set_keep_alive(true);
  const auto page = client.Get("/");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->body, "hello");
  log.emit(1);
  const auto poll = client.Get("/pushwire/poll?after=earliest");
  ASSERT_TRUE(poll);
  EXPECT_EQ(said(polled(poll->body).items), "log=1");
  const auto missing = client.Post("/pushwire/poll", "{}", "application/json");
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->status, 405);

  EventStreamParser parser;
  client.Get("/pushwire/sse?after=earliest", [&](const char* bytes, std::size_t size) {
    parser.feed(std::string_view(bytes, size));
    if (parser.messages().size() == 2) log.emit(2);
    return parser.messages().size() < 3;
  });
  ASSERT_GE(parser.messages().size(), 3u);
  EXPECT_EQ(parser.messages()[0].type, "pushwire.hello");
  EXPECT_EQ(parser.messages()[1].data, "1");
  EXPECT_EQ(parser.messages()[2].data, "2");
  EXPECT_EQ(server.stats().accepted, 1u) << "one connection was enough";
}

TEST(ThirdPartyClient, gets_a_chunked_snapshot_whole) {
  Server server;
  const auto door = server.event<std::string>("door", latest_by_key());
  for (int i = 0; i < 200; ++i) door.emit(std::to_string(i), std::string(2000, 'x'));
  server.start();
  httplib::Client client("127.0.0.1", server.port());
  const auto poll = client.Get("/pushwire/poll");
  ASSERT_TRUE(poll);
  EXPECT_EQ(poll->get_header_value("Transfer-Encoding"), "chunked");
  EXPECT_EQ(polled(poll->body).items.size(), 200u);
}

}  // namespace
}  // namespace pushwire
