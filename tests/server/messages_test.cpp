// What clients say reaches typed handlers, and what comes of it reaches them, by every way of reading and of speaking.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "pushwire/json.hpp"
#include "pushwire/server.hpp"
#include "server/gate.hpp"
#include "server/talking.hpp"

namespace pushwire {

// Written and read by nlohmann-json, and by a Codec of its own.
struct Setting {
  std::string valve;
  double opening = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Setting, valve, opening)

struct Celsius {
  double degrees = 0;
};

template <>
struct Codec<Celsius> {
  static void encode(const Celsius& value, std::string& out) {
    out += "{\"c\":";
    Codec<double>::encode(value.degrees, out);
    out += '}';
  }
  static Celsius decode(const JsonValue& value) { return {value.get<double>("c")}; }
};

}  // namespace pushwire

PUSHWIRE_NLOHMANN(pushwire::Setting)

namespace pushwire {
namespace {

using std::chrono::milliseconds;

// Pings come by themselves much later than anybody waits here.
Options quiet() { return Options{}.heartbeat(std::chrono::seconds(300)).stop_timeout(milliseconds(50)).log(nullptr); }

class Messages : public testing::TestWithParam<Way> {
 protected:
  Messages() { server.start(); }
  Talking talk(TalkingOptions options = {}) { return Talking(server.port(), GetParam(), std::move(options)); }

  Gate gate;
  Server server{quiet()};
  Opening opening{gate};
};

TEST_P(Messages, reach_handlers_as_what_they_take_and_come_back_as_what_they_return) {
  server.on("double", [](double value) { return value * 2; });
  server.on("setting", [](const Setting& setting) { return Setting{setting.valve + "!", setting.opening + 1}; });
  server.on("celsius", [](Celsius value) { return Celsius{value.degrees + 0.5}; });
  server.on("nothing", [] {});
  server.on("raw", [](const RawJson& json) { return json; });
  server.on("members", [](JsonValue value) { return value.size(); });
  server.on("who", [](const Message& message) { return message.session.id + ' ' + message.name; });
  server.on("both", [](const Message& message, const std::vector<int>& values) {
    return std::string(message.json) + ' ' + std::to_string(values.size());
  });
  Talking client = talk();
  EXPECT_EQ(client.ask("double", "21.25").data, "42.5");
  EXPECT_EQ(client.ask("setting", R"({"valve":"main","opening":1})").data, R"({"opening":2.0,"valve":"main!"})");
  EXPECT_EQ(client.ask("celsius", R"({"c":20})").data, R"({"c":20.5})");
  EXPECT_EQ(client.ask("nothing", "17").data, "null");
  EXPECT_EQ(client.ask("raw", R"({"a":[1,"\u00fc"]})").data, "{\"a\":[1,\"\u00fc\"]}");
  EXPECT_EQ(client.ask("members", R"({"a":1,"b":2})").data, "2");
  ASSERT_EQ(server.sessions().size(), 1u);
  EXPECT_EQ(client.ask("who").data, '"' + server.sessions()[0].id + " who\"");
  EXPECT_EQ(client.ask("both", "[1,2,3]").data, "\"[1,2,3] 3\"");
  client.ask("nothing");
  EXPECT_EQ(server.sessions().size(), 1u);
}

TEST_P(Messages, may_be_answered_later_and_from_another_thread) {
  std::thread later;
  server.on("measure", [&](double seconds, Reply<Setting> reply) {
    later = std::thread([this, seconds, reply] {
      gate.pass();
      EXPECT_TRUE(reply.wanted());
      EXPECT_TRUE(reply(Setting{"later", seconds}));
      EXPECT_FALSE(reply.wanted());
      EXPECT_FALSE(reply(Setting{"too late", 0}));
    });
  });
  server.on("quick", [] { return 1; });
  Talking client = talk();
  client.say(request_frame(1, "measure", "3"));
  ASSERT_TRUE(gate.holds(1));
  // The handler has returned: the session's next message does not wait for its reply.
  EXPECT_EQ(reply_of(post(server.port(), client.session(), '[' + request_frame(2, "quick") + ']').body).data, "1");
  gate.open();
  const Item reply = client.reply();
  later.join();
  EXPECT_EQ(reply.reply, 1u);
  EXPECT_EQ(reply.data, R"({"opening":3.0,"valve":"later"})");
}

TEST_P(Messages, that_come_to_nothing_are_answered_with_what_went_wrong) {
  server.on("points", [](const std::vector<Celsius>&) {});
  server.on("refuse", [] { throw RequestError("not-now", "the door is open"); });
  server.on("fail", []() -> int { throw std::runtime_error("secret path /etc"); });
  server.on("forget", [](const Reply<int>&) {});
  server.on(
      "operate", [] {}, allowed_for("operator"));
  Talking client = talk();
  const auto expect = [&](const char* name, const char* data, const char* code, const char* message) {
    const Item reply = client.ask(name, data);
    EXPECT_EQ(reply.error_code, code) << reply.json;
    EXPECT_NE(reply.error_message.find(message), std::string::npos) << reply.json;
    EXPECT_EQ(reply.data, "") << reply.json;
    EXPECT_EQ(reply.json.find("secret"), std::string::npos) << reply.json;
  };
  expect("nowhere", "1", "unknown-name", "nowhere");
  expect("points", R"([{"c":1},{"c":"warm"}])", "bad-data", "data[1].c");
  expect("points", "null", "bad-data", "data");
  expect("refuse", "1", "not-now", "the door is open");
  expect("fail", "1", "failed", "the handler failed");
  expect("forget", "1", "no-reply", "no reply");
  expect("operate", "1", "forbidden", "operate");
  EXPECT_EQ(client.ask("forget").error_code, "no-reply");
}

TEST_P(Messages, of_one_session_are_handled_in_order) {
  std::mutex mutex;
  std::vector<int> order;
  server.on("note", [&](int number) {
    const std::lock_guard lock(mutex);
    order.push_back(number);
  });
  Talking client = talk();
  std::vector<int> all;
  for (int i = 0; i < 100; ++i) {
    client.say(i % 3 == 0 ? send_frame("note", std::to_string(i))
                          : numbered_send_frame(static_cast<std::uint64_t>(i), "note", std::to_string(i)));
    all.push_back(i);
    if (!GetParam().in_band && i % 3 != 0) client.reply();  // the head of an answer: all of it has been taken
  }
  server.on("last", [&] { return order.size(); });
  client.say(request_frame(1000, "last"));
  Item reply = client.reply();
  while (reply.reply != 1000u) reply = client.reply();
  EXPECT_EQ(reply.data, "100");
  EXPECT_EQ(order, all);
}

TEST_P(Messages, replies_never_overtake_the_events_of_their_handlers) {
  const auto log = server.event<int>("log");
  const auto state = server.event<int>("state", latest());
  server.on("emit", [&](int number) {
    log.emit(number);
    state.emit(number);
    log.emit(-number);
    return number;
  });
  Talking client = talk();
  for (int i = 1; i <= 20; ++i) {
    const Item reply = client.ask("emit", std::to_string(i));
    ASSERT_FALSE(reply.cursor.empty()) << reply.json;
    if (GetParam().in_band) {
      EXPECT_EQ(client.cursor(), reply.cursor) << "the events came first on the same connection";
    }
    const std::string number = std::to_string(i);
    EXPECT_EQ(said(client.read_to(reply.cursor)), "log=" + number + " state=" + number + " log=-" + number);
  }
}

TEST_P(Messages, a_readers_cursor_soon_gets_to_a_reply_also_past_events_that_it_does_not_subscribe_to) {
  const auto log = server.event<int>("log");
  server.event<int>("mine");
  server.on("emit", [&](int number) {
    log.emit(number);
    log.emit(number);
  });
  TalkingOptions options;
  options.query = "events=mine";
  Talking client = talk(options);
  for (int i = 1; i <= 10; ++i) {
    const Item reply = client.ask("emit", std::to_string(i));
    EXPECT_EQ(sequence_of(reply.cursor), 2u * static_cast<unsigned>(i));
    EXPECT_EQ(said(client.read_to(reply.cursor)), "");
  }
}

TEST_P(Messages, a_readers_cursor_soon_gets_to_a_reply_that_had_to_be_asked_for_again) {
  const auto log = server.event<int>("log");
  server.on("emit", [&] { log.emit(1); });
  TalkingOptions options;
  options.query = "events=mine";
  Talking client = talk(options);
  HttpClient lost(server.port());
  post(lost, client.session(), '[' + request_frame(7, "emit") + ']');
  lost.socket().abort();
  ASSERT_TRUE(eventually([&] { return server.stats().events == 1; }));
  client.say(request_frame(7, "emit"));
  const Item reply = client.reply();
  EXPECT_EQ(reply.data, "null");
  EXPECT_EQ(said(client.read_to(reply.cursor)), "");
  EXPECT_EQ(server.stats().events, 1u);
}

TEST_P(Messages, a_reader_that_comes_back_after_a_reply_soon_gets_to_its_cursor) {
  const auto log = server.event<int>("log");
  server.on("emit", [&] { log.emit(1); });
  TalkingOptions options;
  options.query = "events=mine";
  Talking client = talk(options);
  log.emit(0);
  options.after = client.cursor();
  options.session = client.session();
  client.cut();
  const Item reply = reply_of(post(server.port(), client.session(), '[' + request_frame(1, "emit") + ']').body);
  Talking again = talk(options);
  again.read_to(reply.cursor);
  EXPECT_EQ(again.state(), "resumed");
}

TEST_P(Messages, that_are_repeated_run_once_and_are_answered_alike) {
  std::atomic<int> runs{0};
  server.on("count", [&] { return ++runs; });
  Talking client = talk();
  const Item first = client.ask("count");
  for (int i = 0; i < 3; ++i) {
    client.say(request_frame(1, "count"));
    EXPECT_EQ(client.reply().json, first.json);
  }
  client.say(numbered_send_frame(2, "count"));
  EXPECT_EQ(client.reply().reply, 2u);
  client.say(numbered_send_frame(2, "count"));
  EXPECT_EQ(client.reply().reply, 2u);
  client.say(request_frame(3, "count"));
  EXPECT_EQ(client.reply().data, "3");
}

TEST_P(Messages, that_have_been_acknowledged_are_forgotten) {
  std::atomic<int> runs{0};
  server.on("count", [&] { return ++runs; });
  Talking client = talk();
  client.ask("count"), client.ask("count");
  if (GetParam().in_band) client.say(R"({"ack":1})");
  else post(server.port(), client.session(), R"([{"ack":1}])");
  client.say(request_frame(1, "count"));
  EXPECT_EQ(client.reply().error_code, "outcome-unknown");
  client.say(request_frame(2, "count"));
  EXPECT_EQ(client.reply().data, "2");
  EXPECT_EQ(runs, 2);
}

TEST_P(Messages, a_client_that_is_cut_asks_again_while_they_are_pending_and_gets_the_one_reply) {
  std::atomic<int> runs{0};
  server.on("work", [&] {
    ++runs;
    gate.pass();
    return "done";
  });
  TalkingOptions options;
  {
    Talking client = talk();
    client.say(request_frame(1, "work"));
    ASSERT_TRUE(gate.holds(1));
    options.session = client.session();
    options.after = client.cursor();
    client.cut();
  }
  Talking again = talk(options);
  EXPECT_EQ(again.state(), "resumed");
  EXPECT_EQ(again.session(), options.session);
  again.say(request_frame(1, "work"));
  again.say(request_frame(2, "work"));
  gate.open();
  EXPECT_EQ(again.reply().data, "\"done\"");
  EXPECT_EQ(again.reply().reply, 2u);
  EXPECT_EQ(runs, 2);
}

TEST(BinaryMessages, bring_bytes_behind_their_json) {
  Server server{quiet()};
  server.on("bytes", [](const Message& message) { return std::string(message.json) + std::string(message.bytes); });
  server.start();
  WebSocketPeer peer(server.port());
  peer.next(), peer.next();
  peer.send(kBinary, request_frame(1, "bytes", "[1]") + "\nab\nc");
  EXPECT_EQ(peer.next().data, R"("[1]ab\nc")");
  peer.send(kBinary, request_frame(2, "bytes"));
  EXPECT_EQ(peer.next().data, "\"null\"");
}

INSTANTIATE_TEST_SUITE_P(, Messages, testing::ValuesIn(kWays), [](const auto& given) { return way_name(given.param); });

}  // namespace
}  // namespace pushwire
