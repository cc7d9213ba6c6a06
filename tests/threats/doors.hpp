// Every way into a server, for what has to hold for all of them: the four transports, what stands beside them, the host's
// files, a path that is not there, a question of a browser.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/http_client.hpp"
#include "server/websocket_peer.hpp"

namespace pushwire {

inline constexpr const char* kAsset = "/page.html";

struct Door {
  const char* name;
  const char* method;
  const char* target;
};
inline constexpr Door kDoors[] = {{"websocket", "GET", "/pushwire/websocket"},
                                  {"sse", "GET", "/pushwire/sse"},
                                  {"long-poll", "GET", "/pushwire/long-poll"},
                                  {"poll", "GET", "/pushwire/poll"},
                                  {"negotiate", "GET", "/pushwire/negotiate"},
                                  {"send", "POST", "/pushwire/send"},
                                  {"preflight", "OPTIONS", "/pushwire/send"},
                                  {"client script", "GET", "/pushwire/client.js"},
                                  {"asset", "GET", kAsset},
                                  {"nothing", "GET", "/nothing"}};

// A good request at this door but for `fields`; `target`: another form of the door's.
inline std::string knock(const Door& door, HttpFields fields = {}, std::string target = {}) {
  constexpr std::string_view kFrames = R"([{"send":"act"}])";
  const std::string_view name = door.name;
  if (target.empty()) target = door.target;
  if (name == "websocket") fields = websocket_fields(fields);
  if (name == "preflight") fields.emplace_back("Access-Control-Request-Method", "POST");
  if (name != "send") return request_text(target, fields, door.method);
  fields.emplace_back("Content-Type", "application/json");
  fields.emplace_back("Pushwire-Session", "new");
  fields.emplace_back("Content-Length", std::to_string(kFrames.size()));
  return request_text(target, fields, door.method) + std::string(kFrames);
}

// All that comes back until the server ends the connection.
inline std::string all_answers(std::uint16_t port, std::string_view bytes) {
  Socket socket(port);
  socket.send(bytes);
  while (socket.receive()) {
  }
  return std::move(socket.buffer());
}

// The status of each answer in `answers`; what is none is told as 0. Bodies have a length, or end with the connection.
inline std::vector<int> statuses(std::string_view answers) {
  std::vector<int> found;
  while (!answers.empty()) {
    const std::size_t end = answers.find("\r\n\r\n");
    if (answers.substr(0, 9) != "HTTP/1.1 " || end == std::string_view::npos) return found.push_back(0), found;
    found.push_back(std::stoi(std::string(answers.substr(9, 3))));
    constexpr std::string_view kLength = "\r\nContent-Length: ";
    const std::size_t length = answers.substr(0, end).find(kLength);
    if (found.back() != 100 && length == std::string_view::npos) return found;
    const std::size_t body =
        found.back() == 100 ? 0 : std::stoul(std::string(answers.substr(length + kLength.size(), 20)));
    answers.remove_prefix(std::min(answers.size(), end + 4 + body));
  }
  return found;
}

}  // namespace pushwire
