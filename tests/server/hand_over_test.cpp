// Reading on with another transport is opening it with the same cursor: nothing lost, nothing twice.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "pushwire/server.hpp"
#include "server/event_source.hpp"
#include "server/reading.hpp"
#include "server/secured.hpp"
#include "server/socket.hpp"

namespace pushwire {
namespace {

// From one transport to another, and whether over TLS.
class HandOver : public testing::TestWithParam<std::tuple<const char*, const char*, bool>> {};

TEST_P(HandOver, loses_nothing_and_repeats_nothing) {
  const auto& [first, second, tls] = GetParam();
  Server server{secured(tls)};
  const auto log = server.event<int>("log", history(1000));
  const auto hidden = server.event<int>("hidden");
  const auto state = server.event<int>("state", latest());
  server.start();
  std::optional<TlsPort> port;
  if (tls) port.emplace(server.port());
  state.emit(1000);
  int emitted = 0;
  const auto emit = [&](int count) {
    for (int i = 0; i < count; ++i) {
      log.emit(emitted++);
      hidden.emit(0);
    }
  };

  std::string cursor;
  std::vector<Item> heard;
  for (int round = 0; round < 6; ++round) {
    const auto reading = open_reading(round % 2 == 0 ? first : second, server.port(), cursor, "events=log,state");
    if (round == 0) {
      EXPECT_EQ(said(reading->take(1)), "state=1000");
      reading->cursor();
    } else {
      EXPECT_EQ(reading->resume(), "ok");
    }
    emit(7);
    while (static_cast<int>(heard.size()) < emitted) heard.push_back(reading->next());
    cursor = reading->cursor();
    // Cut here; these come while nobody reads.
    emit(5);
  }
  const auto last = open_reading(first, server.port(), cursor, "events=log,state");
  while (static_cast<int>(heard.size()) < emitted) heard.push_back(last->next());
  for (int i = 0; i < emitted; ++i) {
    ASSERT_EQ(said({heard[static_cast<std::size_t>(i)]}), "log=" + std::to_string(i));
  }
  EXPECT_EQ(server.stats().gaps, 0u);
}

INSTANTIATE_TEST_SUITE_P(, HandOver,
                         testing::Combine(testing::ValuesIn(kTransportNames), testing::ValuesIn(kTransportNames),
                                          testing::ValuesIn(kTlsOrNot)),
                         [](const auto& given) {
                           return test_name(std::string(std::get<0>(given.param)) + "_to_" + std::get<1>(given.param) +
                                            (std::get<2>(given.param) ? "_over_tls" : ""));
                         });

class LastEventId : public testing::TestWithParam<const char*> {};

TEST_P(LastEventId, resumes_a_stream_that_another_transport_began) {
  Server server;
  const auto log = server.event<int>("log");
  server.start();
  const auto before = open_reading(GetParam(), server.port());
  before->cursor();
  log.emit(1);
  before->next();
  log.emit(2);
  EventSource source(server.port(), "/pushwire/sse", {{"Last-Event-ID", before->cursor()}});
  EXPECT_EQ(source.next().resume, "ok");
  EXPECT_EQ(said({source.next_news()}), "log=2");
}

INSTANTIATE_TEST_SUITE_P(, LastEventId, testing::ValuesIn(kTransportNames),
                         [](const auto& given) { return test_name(given.param); });

TEST(EventSourceCursor, wins_over_after_unless_it_is_empty) {
  Server server;
  const auto log = server.event<int>("log");
  for (int i = 1; i <= 4; ++i) log.emit(i);
  server.start();
  const std::string epoch = epoch_of(open_reading("poll", server.port())->cursor());
  const auto first = [&](const std::string& last_event_id) {
    EventSource source(server.port(), "/pushwire/sse?after=" + epoch + "-1", {{"Last-Event-ID", last_event_id}});
    return said({source.next_news()});
  };
  EXPECT_EQ(first(epoch + "-3"), "log=4");
  EXPECT_EQ(first(""), "log=2");
  EXPECT_EQ(first("what is this?"), "reset");
}

TEST(EventSourceCursor, is_the_snapshots_only_once_the_snapshot_is_whole) {
  Server server;
  const auto door = server.event<std::string>("door", latest_by_key());
  for (const char* key : {"a", "b", "c"}) door.emit(key, "open");
  server.start();
  EventSource source(server.port());
  for (int i = 0; i < 4; ++i) EXPECT_EQ(source.next().id, "");
  const Item live = source.next();
  EXPECT_EQ(live.control, "live");
  EXPECT_EQ(sequence_of(live.id), 3u);
}

}  // namespace
}  // namespace pushwire
