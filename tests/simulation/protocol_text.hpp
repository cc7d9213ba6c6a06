// What stands in the protocol's JSON, read by a client that checks it.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/witness.hpp"

namespace pushwire::simulation {

using Json = nlohmann::json;

// nullopt: not base64 with padding.
std::optional<std::string> decode_base64(std::string_view text);

std::optional<Cursor> cursor_member(const Json& object, const char* name);
std::vector<std::string> strings_member(const Json& object, const char* name);

// The event that `item` tells; `bytes`: a payload that came beside it.
Told told_event(const Json& item, const std::string* bytes = nullptr);

// Hands a control that streams and answers have in common on to `witness`; `hello` and `subscribed` need more than is
// there. False: it is none of those.
bool hear_control(const Json& control, Witness& witness);

// The query and, where the place is given so, the field that ask for `ask`. `spice` varies the spelling.
struct AskText {
  std::string query;   // with its '?', or empty
  std::string fields;  // complete lines
};
AskText ask_text(const Ask& ask, Random& spice);

}  // namespace pushwire::simulation
