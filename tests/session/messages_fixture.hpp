// Messages of a few sessions, whose handlers run when the test says so.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pushwire/handler.hpp"
#include "pushwire/json_value.hpp"
#include "session/service.hpp"

namespace pushwire::session {

class MessagesTest : public testing::Test {
 protected:
  explicit MessagesTest(MessageLimits limits = {}) : service(make(limits)) {
    service->messages.shared_as(std::shared_ptr<Messages>(service, &service->messages));
    alice = begin();
  }
  // What they hold may still have something to say.
  ~MessagesTest() override { due.clear(); }

  // What `ready` was called with, and what is to be had then.
  struct Ready {
    RecordPtr record;
    Asker asker;
    RequestId id;
  };

  log::Steady now() const { return log::Steady{} + std::chrono::milliseconds(ms); }
  RecordPtr begin(const IdentityPtr& identity = nullptr) {
    const Token token = service->tokens.issue(now());
    return service->sessions.open(token, identity, Sessions::Use::first, {now(), ms}).record;
  }
  template <class F>
  void on(std::string_view name, F f, pushwire::Access who = {}) {
    messages().handlers().add(name, detail::make_handler(std::move(f)), std::move(who));
  }
  Messages& messages() { return service->messages; }
  Messages::Taken take(const RecordPtr& record, const std::string& json, Asker asker = 1, std::string_view bytes = {}) {
    ClientFrame frame = parse_client_frame(json, FrameLimits{});
    EXPECT_NE(frame.kind, ClientFrame::Kind::unusable) << frame.fault;
    return messages().take(record, std::move(frame), bytes, asker, now());
  }
  Messages::Taken take(const std::string& json, Asker asker = 1) { return take(alice, json, asker); }
  void run() {
    while (!due.empty()) {
      const Task task = std::move(due.front());
      due.pop_front();
      task();
    }
  }
  OutcomePtr hand_over(const RecordPtr& record, RequestId id) {
    const std::lock_guard lock(record->mutex);
    return record->requests.hand_over(id);
  }
  // "data", or "code: message"; of the oldest that is ready.
  std::string next() {
    if (ready.empty()) return "nothing";
    const Ready first = ready.front();
    ready.pop_front();
    return shown(hand_over(first.record, first.id));
  }
  static std::string shown(const OutcomePtr& outcome) {
    if (!outcome) return "nothing";
    return outcome->error_code.empty() ? outcome->data : outcome->error_code + ": " + outcome->error_message;
  }

  std::int64_t ms = 1'000'000;
  log::EventLog log{Epoch{'e', 'p', 'o', 'c', 'h', '0', '0', '1'}, {}};
  std::deque<Task> due;
  std::deque<Ready> ready;
  std::vector<std::string> complaints;
  std::shared_ptr<Service> service;
  RecordPtr alice;

 private:
  std::shared_ptr<Service> make(MessageLimits limits) {
    ServiceLimits all;
    all.messages = limits;
    Sessions::Hooks hooks;
    hooks.post = [this](Task task) { due.push_back(std::move(task)); };
    return std::make_shared<Service>(
        log, all, Tokens(), std::move(hooks),
        [this](const RecordPtr& record, Asker asker, RequestId id) {
          ready.push_back({record, asker, id});
        },
        [this](LogLevel, std::string_view line) { complaints.emplace_back(line); });
  }
};

}  // namespace pushwire::session
