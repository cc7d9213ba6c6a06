// A hub with the built-in transports, whose clock and wires the test moves by hand.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "builtin_transports.hpp"
#include "net/fakes.hpp"
#include "net/hub.hpp"
#include "net/page_queue.hpp"
#include "net/test_sessions.hpp"

namespace pushwire::net {

class HubTest : public testing::Test {
 protected:
  explicit HubTest(std::size_t indexed_events = 8192, HubSettings settings = {}, session::ServiceLimits limits = {},
                   std::shared_ptr<PageRouter> pages = nullptr)
      : log(kEpoch, indexing(indexed_events)),
        sessions(log, limits),
        hub(complete(std::move(settings), std::move(pages)),
            {log, watchers, clock, transports, responder, *sessions.service, counters, sessions.mailbox}) {}

  log::TypeId add(const std::string& name, Retention::Kind kind = Retention::Kind::history) {
    Retention retention;
    retention.kind = kind;
    watchers.add_type(name);
    return log.add_type(name, retention, Event::Payload::json);
  }
  void emit(log::TypeId type, const std::string& payload = "1") {
    log.append(type, false, {}, payload, Event::Payload::json, clock.now());
    hub.turn();
    hub.reap();
  }
  // A connection that has asked for `target`, with `fields` (whole lines) beside Host.
  std::shared_ptr<ShortWire> ask(const std::string& target, const std::string& fields = {}) {
    auto wire = std::make_shared<ShortWire>();
    hub.accept(wire);
    wire->incoming = "GET /pushwire/" + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
    wire->observer().on_readable();
    return wire;
  }
  std::shared_ptr<ShortWire> ask_websocket(const std::string& query) {
    return ask("websocket" + query,
               "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
  }

  log::EventLog log;
  log::Watchers watchers;
  HandClock clock;
  const std::vector<std::shared_ptr<const Transport>> transports = builtin_transports(Limits{});
  NoPaths responder;
  Counters counters;
  TestSessions sessions;
  std::vector<session::Task> page_workers;  // that were hired, and have not begun
  Hub hub;

 private:
  static log::LogLimits indexing(std::size_t events) {
    log::LogLimits limits;
    limits.indexed = events;
    return limits;
  }
  HubSettings complete(HubSettings settings, std::shared_ptr<PageRouter> pages) {
    settings.work = [this](session::Task task) { sessions.due.push_back(std::move(task)); };
    if (pages) {
      settings.pages = std::make_shared<PageQueue>(
          std::move(pages), settings.limits, [this](session::Task task) { page_workers.push_back(std::move(task)); },
          sessions.mailbox);
    }
    return settings;
  }
};

}  // namespace pushwire::net
