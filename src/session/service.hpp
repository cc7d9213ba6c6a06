// Sessions and what they say, as one thing that a server's core owns and its hub works with.
#pragma once

#include <functional>
#include <memory>

#include "log/event_log.hpp"
#include "session/messages.hpp"
#include "session/sessions.hpp"
#include "session/token.hpp"
#include "session/visibility.hpp"

namespace pushwire::session {

struct ServiceLimits {
  SessionLimits sessions;
  MessageLimits messages;
  FrameLimits frames;
};

struct Service {
  using Ready = std::function<void(const RecordPtr&, Asker, RequestId)>;

  // `log` outlives it. `hooks.ended` need not close the session's private events.
  Service(log::EventLog& log, ServiceLimits given, Tokens keys, Sessions::Hooks hooks, Ready ready,
          LogCallback complain)
      : limits(given),
        tokens(keys),
        sessions(given.sessions, tokens, closing(log, std::move(hooks))),
        messages(given.messages, {log, sessions, std::move(ready), std::move(complain)}) {}

  const ServiceLimits limits;
  const Tokens tokens;
  Sessions sessions;
  Messages messages;
  Visibility visibility;

 private:
  // What a session alone can read ends with it.
  static Sessions::Hooks closing(log::EventLog& log, Sessions::Hooks hooks) {
    hooks.ended = [&log, ended = std::move(hooks.ended)](const RecordPtr& record) {
      log::PrivateEventsPtr events;
      {
        const std::lock_guard lock(record->mutex);
        events = record->events;
      }
      if (events) log.close_private(*events);
      if (ended) ended(record);
    };
    return hooks;
  }
};

}  // namespace pushwire::session
