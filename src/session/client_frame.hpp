// What one client frame says: `{"subscribe":[…]}`, `{"send":…}`, `{"request":…}`, `{"ack":…}`, `{"control":"ping"}`.
// Pure: text in, value out; any text at all is taken, with bounded memory and depth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pushwire::session {

struct ClientFrame {
  enum class Kind : std::uint8_t { unusable, subscribe, send, request, ack, ping };

  Kind kind = Kind::unusable;
  std::string fault;                // unusable: a sentence that names what is wrong
  std::string name;                 // send, request
  std::optional<std::uint64_t> id;  // request, ack; unusable: where it could be read
  std::vector<std::string> events;  // subscribe: patterns, all valid; empty is every type
  std::vector<std::string> fresh;
};

// Arrays and objects nest at most 32 deep; `names` bounds each list of a subscription.
ClientFrame parse_client_frame(std::string_view json, std::size_t names);

}  // namespace pushwire::session
