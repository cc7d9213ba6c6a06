// What a handler is told about the message that it is called for. The views are good during the call; what a handler
// keeps for later it copies.
#pragma once

#include <string>
#include <string_view>

#include "pushwire/session.hpp"

namespace pushwire {

struct Message {
  Session session;                 // who sent it, as of now
  std::string name;                // of the message, which the handler is registered for
  std::string_view json = "null";  // the data: one JSON text, with members sorted; "null" where there is none
  std::string_view bytes;          // behind the JSON of a binary WebSocket frame; empty where there are none

  const Identity& identity() const noexcept { return session.identity; }
};

}  // namespace pushwire
