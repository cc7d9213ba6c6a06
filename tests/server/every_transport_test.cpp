// What holds for all four transports alike.
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "pushwire/server.hpp"
#include "server/reading.hpp"
#include "server/secured.hpp"
#include "server/socket.hpp"

namespace pushwire {
namespace {

// A transport's name, and whether over TLS.
class EveryTransport : public testing::TestWithParam<std::tuple<const char*, bool>> {
 protected:
  std::unique_ptr<Reading> read(std::string_view after = {}, std::string_view query = {}) {
    if (!server.running()) {
      server.start();
      if (tls()) port.emplace(server.port());
    }
    return open_reading(transport(), server.port(), after, query);
  }
  static std::string transport() { return std::get<0>(GetParam()); }
  static bool tls() { return std::get<1>(GetParam()); }
  bool binary() const { return transport() == "websocket"; }

  Server server{secured(tls())};
  std::optional<TlsPort> port;
};

TEST_P(EveryTransport, gives_a_newcomer_the_states_and_then_the_news) {
  const auto temperature = server.event<double>("temperature", latest());
  const auto door = server.event<std::string>("door", latest_by_key());
  const auto log = server.event<int>("log");
  temperature.emit(20.5);
  log.emit(1);
  door.emit("front", "open");
  door.emit("back", "shut");
  door.emit("attic", "open");
  door.erase("attic");
  temperature.emit(21.5);

  const auto reading = read();
  EXPECT_EQ(reading->resume(), "new");
  const auto states = reading->take(3);
  if (transport() == "sse") {  // bare payloads, without keys
    EXPECT_EQ(said(states), R"(door="open" door="shut" temperature=21.5)");
  } else {
    EXPECT_EQ(said(states), R"(door[front]="open" door[back]="shut" temperature=21.5)");
    for (const Item& state : states) EXPECT_TRUE(state.snapshot) << state.json;
  }

  EXPECT_EQ(sequence_of(reading->cursor()), 7u);
  log.emit(2);
  door.erase("front");
  const auto news = reading->take(2);
  EXPECT_EQ(said({news[0]}), "log=2");
  EXPECT_FALSE(news[0].snapshot);
  EXPECT_EQ(news[1].event, "door");
  EXPECT_EQ(sequence_of(reading->cursor()), 9u);
}

TEST_P(EveryTransport, starts_a_newcomer_of_a_record_at_now_and_at_the_earliest_when_asked) {
  const auto log = server.event<int>("log", history(2));
  for (int i = 1; i <= 3; ++i) log.emit(i);
  const auto from_now = read();
  const auto from_the_earliest = read("earliest");
  EXPECT_EQ(from_the_earliest->resume(), "new");
  EXPECT_EQ(sequence_of(from_now->cursor()), 3u);
  log.emit(4);
  EXPECT_EQ(said(from_now->take(1)), "log=4");
  // By a poll the fourth may come behind, or have evicted the second before it was read.
  auto items = from_the_earliest->take(2);
  EXPECT_EQ(said(items).substr(0, 5), "log=2");
}

TEST_P(EveryTransport, gives_only_the_types_that_were_asked_for) {
  const auto indoors = server.event<int>("sensor.indoors", latest());
  const auto outdoors = server.event<int>("sensor.outdoors", latest());
  const auto sensors = server.event<int>("sensors", latest());
  const auto log = server.event<int>("log");
  indoors.emit(1);
  sensors.emit(2);
  const auto reading = read({}, "events=log,sensor.*");
  EXPECT_EQ(said(reading->take(1)), "sensor.indoors=1");
  reading->cursor();
  sensors.emit(3);
  outdoors.emit(4);
  sensors.emit(5);
  log.emit(6);
  EXPECT_EQ(said(reading->take(2)), "sensor.outdoors=4 log=6");
}

TEST_P(EveryTransport, tells_a_type_that_is_registered_later_to_those_who_asked_for_its_prefix) {
  const auto log = server.event<int>("log");
  const auto reading = read({}, "events=sensor.*,log");
  reading->cursor();
  const auto late = server.event<int>("sensor.late", history());
  late.emit(1);
  log.emit(2);
  EXPECT_EQ(said(reading->take(2)), "sensor.late=1 log=2");
}

TEST_P(EveryTransport, gives_the_time_of_emission_when_asked) {
  if (transport() == "sse") GTEST_SKIP() << "only in envelopes";
  const auto log = server.event<int>("log");
  const auto timed = read("latest", "at=1");
  const auto plain = read("latest", "at=0");
  timed->cursor(), plain->cursor();
  log.emit(1);
  const Item item = timed->next();
  ASSERT_TRUE(item.at);
  EXPECT_GT(*item.at, 1'600'000'000'000);
  EXPECT_FALSE(plain->next().at);
}

TEST_P(EveryTransport, gives_first_the_states_that_a_returning_reader_lacks) {
  const auto temperature = server.event<int>("temperature", latest());
  const auto humidity = server.event<int>("humidity", latest());
  const auto log = server.event<int>("log");
  temperature.emit(1);
  humidity.emit(2);
  log.emit(3);
  const auto before = read();
  before->take(2);
  const std::string cursor = before->cursor();
  log.emit(4);
  const auto reading = read(cursor, "fresh=humidity");
  EXPECT_EQ(said(reading->take(2)), "humidity=2 log=4");
}

TEST_P(EveryTransport, carries_an_event_of_one_mebibyte) {
  const auto log = server.event<std::string>("log");
  const std::string text(1024 * 1024 - 2, 'x');
  const auto reading = read();
  reading->cursor();
  log.emit("before");
  ASSERT_EQ(log.emit(text), EmitStatus::ok);
  EXPECT_EQ(log.emit(text + "x"), EmitStatus::too_large);
  log.emit("behind");
  const auto items = reading->take(3);
  EXPECT_EQ(items[1].data.size(), 1024 * 1024u);
  EXPECT_TRUE(items[1].data == '"' + text + '"');
  EXPECT_EQ(items[2].data, R"("behind")");
}

TEST_P(EveryTransport, carries_bytes_of_every_value) {
  const auto frame = server.event<std::vector<std::uint8_t>>("frame", latest());
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<std::uint8_t>(i));
  frame.emit(bytes);
  const auto reading = read();
  reading->cursor();
  frame.emit(bytes);
  frame.emit({'a', 'b', 'c', 'd'});
  for (Item item = reading->next(); item.bytes != "abcd"; item = reading->next()) {
    std::string base64;
    append_base64(std::string(bytes.begin(), bytes.end()), base64);
    if (binary()) {
      EXPECT_TRUE(item.bytes == std::string(bytes.begin(), bytes.end()));
    } else {
      const std::string got = item.base64.empty() ? item.data : '"' + item.base64 + '"';
      if (got == "\"YWJjZA==\"") break;
      EXPECT_EQ(got, '"' + base64 + '"');
    }
  }
}

TEST_P(EveryTransport, gives_a_snapshot_above_64_kib_whole_and_then_the_news) {
  const auto door = server.event<std::string>("door", latest_by_key());
  const std::string text(1000, 'x');
  for (int i = 0; i < 300; ++i) door.emit("key" + std::to_string(i), text + std::to_string(i));
  const auto reading = read();
  const auto states = reading->take(300);
  for (int i = 0; i < 300; ++i) {
    ASSERT_EQ(states[static_cast<std::size_t>(i)].data, '"' + text + std::to_string(i) + '"');
  }
  EXPECT_EQ(sequence_of(reading->cursor()), 300u);
  door.emit("key7", "news");
  EXPECT_EQ(reading->next().data, R"("news")");
}

TEST_P(EveryTransport, says_what_a_reader_from_too_far_back_has_lost_and_reads_on) {
  const auto log = server.event<int>("log", history(3));
  const auto alarm = server.event<int>("alarm");
  log.emit(1);
  std::string cursor = read()->cursor();
  alarm.emit(2);
  for (int i = 3; i <= 8; ++i) log.emit(i);
  const auto reading = read(cursor);
  EXPECT_EQ(reading->resume(), "gap");
  const auto items = reading->take(5);
  EXPECT_EQ(said(items), "gap alarm=2 log=6 log=7 log=8");
  EXPECT_EQ(items[0].types, std::vector<std::string>{"log"});
  EXPECT_EQ(sequence_of(items[0].from), 1u);
  EXPECT_EQ(sequence_of(items[0].to), 5u);
  EXPECT_EQ(sequence_of(reading->cursor()), 8u);
  log.emit(9);
  EXPECT_EQ(said(reading->take(1)), "log=9");
  EXPECT_GE(server.stats().gaps, 1u);
}

TEST_P(EveryTransport, resets_a_cursor_of_another_life_or_of_the_future_and_reads_from_the_earliest) {
  const auto log = server.event<int>("log");
  log.emit(1);
  log.emit(2);
  const std::string own = epoch_of(read()->cursor());
  std::uint64_t resets = 0;
  for (const std::string& cursor : {std::string("zzzzzzzz-1"), own + "-3"}) {
    const auto reading = read(cursor);
    EXPECT_EQ(reading->resume(), "reset") << cursor;
    const auto items = reading->take(3);
    EXPECT_EQ(said(items), "reset log=1 log=2") << cursor;
    EXPECT_EQ(items[0].cursor, own + "-0");
    EXPECT_EQ(reading->cursor(), own + "-2");
    EXPECT_EQ(server.stats().resets, ++resets);
  }
}

TEST_P(EveryTransport, skips_a_state_to_its_newest_value) {
  const auto temperature = server.event<int>("temperature", latest());
  temperature.emit(1);
  const auto before = read();
  before->take(1);
  const std::string cursor = before->cursor();
  for (int i = 2; i <= 50; ++i) temperature.emit(i);
  const auto reading = read(cursor);
  EXPECT_EQ(reading->resume(), "ok");
  EXPECT_EQ(said(reading->take(1)), "temperature=50");
}

INSTANTIATE_TEST_SUITE_P(, EveryTransport,
                         testing::Combine(testing::ValuesIn(kTransportNames), testing::ValuesIn(kTlsOrNot)),
                         [](const auto& given) {
                           return test_name(std::get<0>(given.param)) + (std::get<1>(given.param) ? "_over_tls" : "");
                         });

}  // namespace
}  // namespace pushwire
