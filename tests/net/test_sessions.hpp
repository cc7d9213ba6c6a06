// Sessions for a hub in a test: handlers and callbacks run when the test says so, on its own thread.
#pragma once

#include <deque>
#include <memory>
#include <utility>

#include "net/hub.hpp"
#include "net/mailbox.hpp"
#include "session/service.hpp"

namespace pushwire::net {

struct TestSessions {
  explicit TestSessions(log::EventLog& log, session::ServiceLimits limits = {}, session::Tokens tokens = {})
      : service(std::make_shared<session::Service>(
            log, limits, std::move(tokens), hooks(),
            [this](const session::RecordPtr& record, session::Asker asker, session::RequestId id) {
              mailbox.post([=](Hub& hub) { hub.ready(record, asker, id); });
            },
            [this](LogLevel, std::string_view line) { complaints.emplace_back(line); })) {
    service->messages.shared_as(std::shared_ptr<session::Messages>(service, &service->messages));
  }
  // What they hold may still have something to say.
  ~TestSessions() { due.clear(); }
  TestSessions(const TestSessions&) = delete;
  TestSessions& operator=(const TestSessions&) = delete;

  // Runs what is due, and what becomes due by it.
  void run() {
    while (!due.empty()) {
      const session::Task task = std::move(due.front());
      due.pop_front();
      task();
    }
  }

  std::deque<session::Task> due;
  std::deque<std::string> began, ended;  // sessions, by name
  std::deque<std::string> complaints;    // of handlers
  Mailbox mailbox{[] {}};
  std::shared_ptr<session::Service> service;

 private:
  session::Sessions::Hooks hooks() {
    session::Sessions::Hooks hooks;
    hooks.post = [this](session::Task task) { due.push_back(std::move(task)); };
    hooks.began = [this](const session::RecordPtr& record) { began.push_back(record->name); };
    hooks.ended = [this](const session::RecordPtr& record) { ended.push_back(record->name); };
    return hooks;
  }
};

}  // namespace pushwire::net
