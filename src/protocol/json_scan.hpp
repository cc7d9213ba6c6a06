// What is found out about JSON by a look at the text, before a parser builds anything of it.
#pragma once

#include <cstddef>
#include <string_view>

namespace pushwire {

// Whether arrays and objects nest deeper than `depth`; of JSON alone it is said truly.
inline bool nests_deeper(std::string_view json, std::size_t depth) noexcept {
  std::size_t open = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      else if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++open > depth) return true;
    } else if ((c == ']' || c == '}') && open > 0) {
      --open;
    }
  }
  return false;
}

// A byte order mark, which nlohmann's parser skips, or a NUL, which it takes for the end of the text.
inline bool has_mark_or_nul(std::string_view json) noexcept {
  return json.substr(0, 3) == "\xEF\xBB\xBF" || json.find('\0') != std::string_view::npos;
}

}  // namespace pushwire
