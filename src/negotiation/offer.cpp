#include "negotiation/offer.hpp"

#include "pushwire/codec.hpp"
#include "pushwire/version.hpp"

namespace pushwire::negotiation {

void append_json(const Offer& offer, const std::vector<std::shared_ptr<const Transport>>& transports,
                 std::string& out) {
  out += "{\"protocol\":" + std::to_string(kProtocolVersion) + ",\"session\":";
  append_json_string(offer.session, out);
  out += ",\"cursor\":\"";
  offer.cursor.append_to(out);
  out += "\",\"heartbeat_ms\":" + std::to_string(offer.heartbeat_ms) + ",\"transports\":[";
  bool first = true;
  for (const auto& transport : transports) {
    if (!first) out += ',';
    first = false;
    // A transport's name is the last part of its path.
    out += "{\"name\":";
    append_json_string(transport->name(), out);
    out += ",\"path\":";
    append_json_string(transport->name(), out);
    out += '}';
  }
  out += "],\"limits\":{\"message_bytes\":" + std::to_string(offer.message_bytes) + "}}";
}

}  // namespace pushwire::negotiation
