// A hub with the built-in transports, whose clock and wires are moved by hand.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "builtin_transports.hpp"
#include "net/fakes.hpp"
#include "net/hub.hpp"
#include "net/page_queue.hpp"
#include "net/test_sessions.hpp"

namespace pushwire::net {

struct HubRig {
  explicit HubRig(std::size_t indexed_events = 8192, HubSettings settings = {}, session::ServiceLimits limits = {},
                  std::shared_ptr<PageRouter> pages = nullptr, session::Tokens tokens = {})
      : log(kEpoch, indexing(indexed_events)),
        sessions(log, limits, std::move(tokens)),
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
  static std::string request(const std::string& target, const std::string& fields = {}) {
    return "GET /pushwire/" + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
  }
  static std::string websocket_request(const std::string& query) {
    return request("websocket" + query,
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
