// An event that owns what it shows, for tests of transports.
#pragma once

#include <string>
#include <utility>

#include "pushwire/event.hpp"

namespace pushwire {

inline constexpr Epoch kSampleEpoch{'k', '3', 'x', '9', 'a', '2', 'm', 'q'};

class SampleEvent {
 public:
  SampleEvent(std::string type, std::string payload, Event::Payload format = Event::Payload::json)
      : type_(std::move(type)), payload_(std::move(payload)) {
    event.id = {kSampleEpoch, 1042};
    event.type = type_;
    event.payload = payload_;
    event.format = format;
    event.at_ms = 1700000000123;
  }

  SampleEvent& keyed(std::string key) {
    key_ = std::move(key);
    event.key = key_;
    event.keyed = true;
    return *this;
  }

  SampleEvent& removed() {
    event.removed = true;
    event.payload = {};
    return *this;
  }

  Event event;

 private:
  std::string type_, key_, payload_;
};

}  // namespace pushwire
