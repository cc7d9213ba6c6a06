// The parts of a form that a browser could have sent: RFC 7578, as the WHATWG HTML standard (4.10.21.8) has it written.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "pushwire/transport.hpp"

namespace pushwire::fuzz {

struct FormPart {
  std::string filename, type, content;
};
using Form = std::multimap<std::string, FormPart>;

// Takes `expected` off the front of `text`.
inline bool take(std::string_view& text, std::string_view expected) {
  if (text.substr(0, expected.size()) != expected) return false;
  text.remove_prefix(expected.size());
  return true;
}

// What stands before `end`, which goes as well; only printable ASCII without quotes, backslashes and percent signs.
inline std::optional<std::string> take_plain(std::string_view& text, std::string_view end) {
  const std::size_t at = text.find(end);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string found(text.substr(0, at));
  for (const char c : found) {
    if (c < 0x20 || c > 0x7E || c == '"' || c == '\\' || c == '%') return std::nullopt;
  }
  text.remove_prefix(at + end.size());
  return found;
}

// nullopt where a browser would have written it in another way.
inline std::optional<Form> form_of(const Request& request) {
  std::string_view boundary = request.field("Content-Type").value_or("");
  if (request.method != "POST" || !take(boundary, "multipart/form-data; boundary=") || boundary.empty())
    return std::nullopt;
  for (const char c : boundary) {
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-')) return std::nullopt;
  }
  const std::string line = "--" + std::string(boundary);
  const std::string end = "\r\n" + line;
  Form form;
  std::string_view rest = request.body;
  if (!take(rest, line)) return std::nullopt;
  while (take(rest, "\r\n")) {
    if (!take(rest, "Content-Disposition: form-data; name=\"")) return std::nullopt;
    const auto name = take_plain(rest, "\"");
    if (!name || name->empty()) return std::nullopt;
    FormPart part;
    if (take(rest, "; filename=\"")) {
      const auto filename = take_plain(rest, "\"");
      if (!filename || !take(rest, "\r\nContent-Type: ")) return std::nullopt;
      const auto type = take_plain(rest, "\r\n");
      if (!type || type->empty() || type->front() == ' ' || type->back() == ' ') return std::nullopt;
      part.filename = *filename;
      part.type = *type;
    } else if (!take(rest, "\r\n")) {
      return std::nullopt;
    }
    if (!take(rest, "\r\n")) return std::nullopt;
    const std::size_t size = rest.find(end);
    if (size == std::string_view::npos) return std::nullopt;
    part.content = rest.substr(0, size);
    rest.remove_prefix(size + end.size());
    form.emplace(*name, std::move(part));
  }
  if (rest != "--\r\n" || form.empty()) return std::nullopt;
  return form;
}

}  // namespace pushwire::fuzz
