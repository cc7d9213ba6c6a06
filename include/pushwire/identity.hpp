// Who a client is, as the host has found out. Plain values: no thread of the library changes one that it has handed out.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pushwire {

struct Identity {
  std::string name;  // empty: nobody in particular
  std::vector<std::string> roles;
  std::map<std::string, std::string> attributes;                 // the host's own; the library does not look at them
  std::optional<std::chrono::system_clock::time_point> expires;  // when it ends to be so; none: with the session

  bool has_role(std::string_view role) const noexcept {
    return std::find(roles.begin(), roles.end(), role) != roles.end();
  }
  bool anonymous() const noexcept { return name.empty(); }

  friend bool operator==(const Identity& a, const Identity& b) noexcept {
    return a.name == b.name && a.roles == b.roles && a.attributes == b.attributes && a.expires == b.expires;
  }
  friend bool operator!=(const Identity& a, const Identity& b) noexcept { return !(a == b); }
};

}  // namespace pushwire
