#include "endpoints/paths.hpp"

#include "net/http/syntax.hpp"

namespace pushwire::endpoints {

namespace syntax = net::syntax;

std::optional<std::string> decoded_path(std::string_view path) {
  std::string out;
  out.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      out += path[i];
      continue;
    }
    if (path.size() - i < 3) return std::nullopt;
    const int high = syntax::hex_value(path[i + 1]);
    const int low = syntax::hex_value(path[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    const char c = static_cast<char>(high * 16 + low);
    if (c == '\0' || c == '/') return std::nullopt;
    out += c;
    i += 2;
  }
  return out;
}

std::string encoded_path(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const bool plain = syntax::is_letter(c) || syntax::is_digit(c) ||
                       (c != '\0' && std::string_view("/-._~!$&'()*+,;=:@").find(c) != std::string_view::npos);
    if (plain) {
      out += c;
    } else {
      const unsigned byte = static_cast<unsigned char>(c);
      out += '%';
      out += "0123456789ABCDEF"[byte >> 4];
      out += "0123456789ABCDEF"[byte & 15];
    }
  }
  return out;
}

std::string_view folder_of_index(std::string_view path) noexcept {
  constexpr std::string_view kIndex = "/index.html";
  if (path.size() < kIndex.size() || path.substr(path.size() - kIndex.size()) != kIndex) return {};
  return path.substr(0, path.size() - kIndex.size() + 1);
}

}  // namespace pushwire::endpoints
