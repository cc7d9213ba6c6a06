#include "net/http/syntax.hpp"

#include <algorithm>

namespace pushwire::net::syntax {
namespace {

constexpr std::size_t kQuotedCharacters = 100;
constexpr std::size_t kEscapeSize = 4;  // of \xNN

}  // namespace

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return lower(c); });
  return out;
}

std::string quoted(std::string_view bytes) {
  std::string out = "\"";
  for (const char c : bytes) {
    const bool plain = (is_visible(c) || c == ' ') && c != '"' && c != '\\';
    if (out.size() - 1 + (plain ? 1 : kEscapeSize) > kQuotedCharacters) return out + "\"...";
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += "\\x";
      out += "0123456789abcdef"[byte >> 4];
      out += "0123456789abcdef"[byte & 15];
    }
  }
  return out += '"';
}

}  // namespace pushwire::net::syntax
