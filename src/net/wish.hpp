// What a client asks a transport for: which events, from where on, how (docs/protocol.md).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "net/heartbeat.hpp"
#include "pushwire/cursor.hpp"
#include "pushwire/transport.hpp"

namespace pushwire::net {

struct Wish {
  enum class After : std::uint8_t { latest, earliest, cursor, unreadable };

  std::vector<std::string> events;  // empty: all
  std::vector<std::string> fresh;
  After after = After::latest;
  Cursor cursor;
  bool with_time = false;
  bool envelope = false;
  std::chrono::milliseconds wait{25'000};
  Heartbeat heartbeat;
  std::string named;  // the place as it was asked for
};

// By the query, and by Last-Event-ID, which comes first. Throws a Refusal (400) that names the parameter which cannot be,
// or has more than `most_names` names.
Wish read_wish(const Request& request, std::size_t most_names, std::chrono::milliseconds longest_heartbeat);

}  // namespace pushwire::net
