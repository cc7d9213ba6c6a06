// A query as the pairs that it is made of (the WHATWG URL standard's application/x-www-form-urlencoded).
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace pushwire::query {

inline bool is_plain(std::string_view text) noexcept {
  return std::none_of(text.begin(), text.end(), [](char c) { return c == '%' || c == '+'; });
}

// A '%' that two hexadecimal digits do not follow stays as it is.
std::string decoded(std::string_view text);

inline bool spells(std::string_view encoded, std::string_view name) {
  return is_plain(encoded) ? encoded == name : decoded(encoded) == name;
}

// Gives `found` name and value of each pair, as they are encoded, in their order, while it returns true.
template <class Found>
void each(std::string_view query, Found found) {
  for (std::size_t at = 0; at < query.size();) {
    std::size_t equals = std::string_view::npos;
    std::size_t end = at;
    for (; end < query.size() && query[end] != '&'; ++end) {
      if (query[end] == '=' && equals == std::string_view::npos) equals = end;
    }
    if (end > at) {
      const std::size_t name_end = std::min(equals, end);
      const std::size_t value = std::min(name_end + 1, end);
      if (!found(query.substr(at, name_end - at), query.substr(value, end - value))) return;
    }
    at = end + 1;
  }
}

}  // namespace pushwire::query
