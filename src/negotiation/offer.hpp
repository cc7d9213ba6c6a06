// What a server offers to clients, as `GET <base>/negotiate` tells it. Knows transports by name and traits alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pushwire/transport.hpp"

namespace pushwire::negotiation {

struct Offer {
  std::string_view session;
  Cursor cursor;
  std::uint32_t heartbeat_ms = 0;
  std::size_t message_bytes = 0;
};

// The JSON answer; transports in order of preference. Appends nothing else.
void append_json(const Offer& offer, const std::vector<std::shared_ptr<const Transport>>& transports, std::string& out);

}  // namespace pushwire::negotiation
