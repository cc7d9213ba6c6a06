// What client frames say: `{"subscribe":[…]}`, `{"send":…}`, `{"request":…}`, `{"ack":…}`, `{"control":"ping"}`.
// Pure: text in, value out; any text at all is taken, with bounded memory and depth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pushwire::session {

struct FrameLimits {
  std::size_t names = 256;  // in each list of a subscription
  std::size_t depth = 32;   // how deep the arrays and objects of a frame may nest
};

struct ClientFrame {
  enum class Kind : std::uint8_t { unusable, subscribe, send, request, ack, ping };

  Kind kind = Kind::unusable;
  std::string fault;                // unusable: a sentence that names what is wrong
  std::string name;                 // send, request
  std::optional<std::uint64_t> id;  // request, ack, perhaps send; unusable: where it could be read. 1 to 2^53
  std::string data;                 // send, request: JSON; "null" where there was none
  std::vector<std::string> events;  // subscribe: patterns, all valid; empty is every type
  std::vector<std::string> fresh;
};

ClientFrame parse_client_frame(std::string_view json, const FrameLimits& limits);

// The frames of one request: an array of at most `most`. Where there is none, `fault` says why.
struct ClientFrames {
  std::vector<ClientFrame> frames;
  std::string fault;
};
ClientFrames parse_client_frames(std::string_view json, const FrameLimits& limits, std::size_t most);

}  // namespace pushwire::session
