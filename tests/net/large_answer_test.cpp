// An answer that is given in parts, with a clock and a wire of our own.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "net/fakes.hpp"
#include "net/hub.hpp"
#include "net/test_sessions.hpp"
#include "pushwire/json_answer.hpp"

namespace pushwire::net {
namespace {

class AtOnce final : public JsonAnswerTransport {
 public:
  AtOnce() noexcept : JsonAnswerTransport(Delivery::immediate) {}
  std::string_view name() const noexcept override { return "poll"; }
};

class LargeAnswer : public testing::Test {
 protected:
  LargeAnswer() {
    Retention states;
    states.kind = Retention::Kind::latest_by_key;
    const auto type = log.add_type("state", states, Event::Payload::json);
    watchers.add_type("state");
    const std::string payload = '"' + std::string(60'000, 'x') + '"';
    for (int i = 0; i < 300; ++i) {
      log.append(type, true, std::to_string(i), payload, Event::Payload::json, clock.now());
    }
    hub.accept(wire);
    wire->incoming = "GET /pushwire/poll HTTP/1.1\r\nHost: localhost\r\n\r\n";
    wire->observer().on_readable();
  }
  bool complete() const {
    return wire->outgoing.size() > 5 && wire->outgoing.compare(wire->outgoing.size() - 5, 5, "0\r\n\r\n") == 0;
  }
  void pass(std::chrono::milliseconds time) {
    clock.ms += time.count();
    hub.tick();
  }

  log::EventLog log{kEpoch, {}};
  log::Watchers watchers;
  HandClock clock;
  const std::vector<std::shared_ptr<const Transport>> transports{std::make_shared<AtOnce>()};
  NoPaths responder;
  Counters counters;
  TestSessions sessions{log};
  Hub hub{{}, {log, watchers, clock, transports, responder, *sessions.service, counters, sessions.mailbox}};
  std::shared_ptr<ShortWire> wire = std::make_shared<ShortWire>();
};

TEST_F(LargeAnswer, to_a_client_that_takes_all_may_take_the_server_long) {
  for (int i = 0; i < 100 && !complete(); ++i) pass(std::chrono::seconds(20));
  EXPECT_TRUE(complete());
  EXPECT_FALSE(wire->closed);
  EXPECT_EQ(counters.too_slow.load(), 0u);
}

TEST_F(LargeAnswer, waits_for_a_client_that_takes_a_little_now_and_then) {
  wire->room = 0;
  for (int i = 0; i < 100 && !complete(); ++i) {
    wire->room = 300'000;
    wire->observer().on_writable();
    pass(std::chrono::seconds(20));
  }
  EXPECT_TRUE(complete());
  EXPECT_FALSE(wire->closed);
}

TEST_F(LargeAnswer, gives_up_a_client_that_takes_nothing_any_more) {
  wire->room = 100'000;
  pass(std::chrono::seconds(1));
  pass(std::chrono::seconds(29));
  EXPECT_FALSE(wire->closed);
  pass(std::chrono::seconds(2));
  EXPECT_TRUE(wire->closed);
  EXPECT_EQ(counters.too_slow.load(), 1u);
}

}  // namespace
}  // namespace pushwire::net
