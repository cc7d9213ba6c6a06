// An event log with a hand-cranked clock, and a short text form of what it gives.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "log/event_log.hpp"
#include "log/private_events.hpp"

namespace pushwire::log {

inline constexpr Epoch kEpoch{'e', 'p', 'o', 'c', 'h', '0', '0', '1'};

struct LogBench {
  explicit LogBench(LogLimits limits = {}) : log(kEpoch, limits) {}

  TypeId add(std::string_view name, const Retention& retention, bool restricted = false) {
    return log.add_type(name, retention, Event::Payload::json, restricted);
  }
  EmitStatus emit(TypeId type, std::string_view payload) {
    return log.append(type, false, {}, payload, Event::Payload::json, now());
  }
  EmitStatus emit(TypeId type, std::string_view key, std::string_view payload) {
    return log.append(type, true, key, payload, Event::Payload::json, now());
  }
  EmitStatus erase(TypeId type, std::string_view key) { return log.erase(type, key, now()); }
  EmitStatus emit_to(PrivateEvents& own, TypeId type, std::string_view payload) {
    return log.append(own, type, false, {}, payload, Event::Payload::json, now());
  }
  EmitStatus emit_to(PrivateEvents& own, TypeId type, std::string_view key, std::string_view payload) {
    return log.append(own, type, true, key, payload, Event::Payload::json, now());
  }
  EmitStatus erase_of(PrivateEvents& own, TypeId type, std::string_view key) {
    return log.erase(own, type, key, now());
  }
  void pass(std::int64_t ms) { clock_ms += ms; }
  Moment now() const { return {steady(clock_ms), 1'700'000'000'000 + clock_ms}; }
  static Steady steady(std::int64_t ms) { return Steady{} + std::chrono::milliseconds(ms); }

  Batch read(const Place& place, std::size_t max_bytes = 65536) {
    return log.read(place, *everything, log.head(), max_bytes);
  }
  Batch read_with(const PrivateEvents& own, const Place& place, std::size_t max_bytes = 65536) {
    return log.read(place, *everything, log.head(), max_bytes, &own);
  }
  Place after(Sequence sequence) { return log.resume({kEpoch, sequence}, nullptr); }

  EventLog log;
  SubscriptionPtr everything = log.subscribe({});
  std::int64_t clock_ms = 1'000'000;
};

// "temperature#3=21 door#4[front]=open door#5[front]-"
inline std::string text(const std::vector<EventPtr>& events) {
  std::string out;
  for (const EventPtr& event : events) {
    if (!out.empty()) out += ' ';
    out += std::string(event->type) + '#' + std::to_string(event->id.sequence);
    if (event->keyed) out += '[' + std::string(event->key) + ']';
    out += event->removed ? "-" : '=' + std::string(event->payload);
  }
  return out;
}

// "log,alarm (3,7]"
inline std::string text(const Loss& loss) {
  std::string out;
  for (const std::string& type : loss.types) out += (out.empty() ? "" : ",") + type;
  return out + " (" + std::to_string(loss.from) + ',' + std::to_string(loss.to) + ']';
}

}  // namespace pushwire::log
