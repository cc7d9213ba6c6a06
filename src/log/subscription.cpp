#include "log/subscription.hpp"

#include <algorithm>
#include <utility>

namespace pushwire::log {
namespace {

constexpr std::size_t kNameBytes = 128;

bool alphanumeric(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool has(const std::vector<std::string>& sorted, std::string_view pattern) noexcept {
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), pattern,
                                   [](const std::string& a, std::string_view b) noexcept { return a < b; });
  return at != sorted.end() && *at == pattern;
}

}  // namespace

Subscription::Subscription(std::vector<std::string> patterns, std::vector<TypeId> visible)
    : patterns_(std::move(patterns)), visible_(std::move(visible)) {}

bool Subscription::sees(TypeId type) const noexcept {
  return std::binary_search(visible_.begin(), visible_.end(), type);
}

bool Subscription::matches(std::string_view type) const noexcept {
  if (everything() || has(patterns_, type)) return true;
  if (type.size() > kNameBytes) return false;
  char prefix[kNameBytes + 1];
  for (std::size_t i = 0; i < type.size(); ++i) {
    prefix[i] = type[i];
    if (type[i] != '.') continue;
    prefix[i + 1] = '*';
    if (has(patterns_, {prefix, i + 2})) return true;
  }
  return false;
}

bool Subscription::valid_pattern(std::string_view pattern) noexcept {
  if (pattern == "*") return true;
  if (pattern.size() > 2 && pattern.substr(pattern.size() - 2) == ".*") pattern.remove_suffix(1);
  return valid_type_name(pattern);
}

bool valid_type_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > kNameBytes || !alphanumeric(name.front())) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return alphanumeric(c) || c == '.' || c == '_' || c == ':' || c == '-'; });
}

}  // namespace pushwire::log
