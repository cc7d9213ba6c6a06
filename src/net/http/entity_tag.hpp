#pragma once

#include <string_view>

namespace pushwire::net {

// Whether an If-None-Match field names `etag`, by weak comparison (RFC 9110 sections 8.8.3.2 and 13.1.2): "*" names
// any, a list names each. `etag` has its quotes and, if weak, its W/.
inline bool etag_matches(std::string_view if_none_match, std::string_view etag) noexcept {
  const auto opaque = [](std::string_view tag) { return tag.substr(0, 2) == "W/" ? tag.substr(2) : tag; };
  const std::string_view wanted = opaque(etag);
  for (std::size_t at = 0; at < if_none_match.size();) {
    const std::size_t comma = if_none_match.find(',', at);
    std::string_view tag = if_none_match.substr(at, comma - at);
    while (!tag.empty() && (tag.front() == ' ' || tag.front() == '\t')) tag.remove_prefix(1);
    while (!tag.empty() && (tag.back() == ' ' || tag.back() == '\t')) tag.remove_suffix(1);
    if (tag == "*" || (!tag.empty() && opaque(tag) == wanted)) return true;
    if (comma == std::string_view::npos) break;
    at = comma + 1;
  }
  return false;
}

}  // namespace pushwire::net
