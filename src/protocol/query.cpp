#include "protocol/query.hpp"

#include "protocol/characters.hpp"

namespace pushwire::query {

std::string decoded(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t place = 0; place < text.size(); ++place) {
    const char c = text[place];
    if (c == '%' && text.size() - place > 2 && characters::hex_value(text[place + 1]) >= 0 &&
        characters::hex_value(text[place + 2]) >= 0) {
      out += static_cast<char>(characters::hex_value(text[place + 1]) * 16 + characters::hex_value(text[place + 2]));
      place += 2;
    } else {
      out += c == '+' ? ' ' : c;
    }
  }
  return out;
}

}  // namespace pushwire::query
