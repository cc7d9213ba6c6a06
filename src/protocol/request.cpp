#include <algorithm>
#include <cstddef>

#include "protocol/characters.hpp"
#include "protocol/query.hpp"
#include "pushwire/transport.hpp"

namespace pushwire {
namespace {

constexpr std::size_t kFewFields = 4;  // as many as most heads add

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && characters::is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && characters::is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Cuts off what stands before the next `separator`, and the separator.
std::string_view take_until(char separator, std::string_view& text) noexcept {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view front = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return front;
}

// Gives `found` the value of each cookie of that name, while it returns true.
template <class Found>
void find_cookies(const Request& request, std::string_view name, Found found) {
  for (const Request::Field& field : request.fields) {
    if (!characters::same_word(field.name, "cookie")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const std::string_view pair = trimmed(take_until(';', rest));
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
      if (!found(pair.substr(equals + 1))) return;
    }
  }
}

}  // namespace

std::optional<std::string_view> Request::field(std::string_view name) const noexcept {
  for (const Field& field : fields) {
    if (characters::same_word(field.name, name)) return field.value;
  }
  return std::nullopt;
}

std::vector<std::string_view> Request::members(std::string_view name) const {
  std::vector<std::string_view> found;
  for (const Field& field : fields) {
    if (!characters::same_word(field.name, name)) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const std::string_view member = trimmed(take_until(',', rest));
      if (!member.empty()) found.push_back(member);
    }
  }
  return found;
}

bool Request::lists(std::string_view name, std::string_view token) const noexcept {
  for (const Field& field : fields) {
    if (!characters::same_word(field.name, name)) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      if (characters::same_word(trimmed(take_until(',', rest)), token)) return true;
    }
  }
  return false;
}

std::optional<std::string_view> Request::cookie(std::string_view name) const noexcept {
  std::optional<std::string_view> first;
  find_cookies(*this, name, [&](std::string_view value) {
    first = value;
    return false;
  });
  return first;
}

std::vector<std::string_view> Request::cookies(std::string_view name) const {
  std::vector<std::string_view> all;
  find_cookies(*this, name, [&](std::string_view value) {
    all.push_back(value);
    return true;
  });
  return all;
}

std::optional<std::string> Request::parameter(std::string_view name) const {
  std::optional<std::string> first;
  query::each(query, [&](std::string_view called, std::string_view value) {
    if (query::spells(called, name)) first = query::decoded(value);
    return !first;
  });
  return first;
}

void Head::add(std::string_view name, std::string_view value) {
  if (name.empty() || !std::all_of(name.begin(), name.end(), [](char c) { return characters::is_token(c); })) {
    throw std::invalid_argument("pushwire: not a field name: \"" + std::string(name) + '"');
  }
  if (!std::all_of(value.begin(), value.end(), [](char c) { return characters::is_field_content(c); })) {
    throw std::invalid_argument("pushwire: a control character in the value of the field " + std::string(name));
  }
  if (fields.empty()) fields.reserve(kFewFields);
  fields.emplace_back(name, value);
}

}  // namespace pushwire
