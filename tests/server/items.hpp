// What the protocol's JSON says, as values. Members that are not there are empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/event_stream_parser.hpp"

namespace pushwire {

// An event, a control or a reply.
struct Item {
  std::string json;  // as it came

  std::string id, event, key, data, base64;  // `data` as compact JSON
  std::string bytes;                         // behind a binary frame's head
  bool snapshot = false;
  bool removed = false;
  std::optional<std::int64_t> at;

  std::string control, cursor, resume, session, session_state, from, to, reason, reconnect;
  std::vector<std::string> types, events;  // `events` of `subscribed`
  std::optional<std::uint64_t> after_ms;

  std::optional<std::uint64_t> reply;
  std::string error_code, error_message;
};

// Throws where it is not a JSON object.
Item item_of(std::string_view json);
// One that came by server-sent events, bare or in an envelope.
Item item_of(const StreamMessage& message);

struct PolledAnswer {
  std::string cursor, resume;
  bool more = false;
  std::vector<Item> items;
};
PolledAnswer polled(std::string_view body);

struct Problem {
  std::string type, title, detail;
  int status = 0;
};
Problem problem_of(std::string_view body);

// The number of an id or cursor, `<epoch>-<number>`.
std::uint64_t sequence_of(std::string_view cursor);
std::string epoch_of(std::string_view cursor);

// "log=1 door[front]=\"open\" door[front]- gap reset": what there was to hear, in short.
std::string said(const std::vector<Item>& items);

}  // namespace pushwire
