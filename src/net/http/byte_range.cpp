#include "net/http/byte_range.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

#include "net/http/syntax.hpp"

namespace pushwire::net {
namespace {

// 1*DIGIT; one beyond what a size can be is the largest.
std::optional<std::size_t> number(std::string_view text) noexcept {
  if (text.empty() || text.front() == '+' || text.front() == '-') return std::nullopt;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return std::nullopt;
  return error == std::errc::result_out_of_range ? static_cast<std::size_t>(-1) : value;
}

}  // namespace

ByteRange judge_range(std::string_view field, std::size_t size) noexcept {
  constexpr std::string_view kUnit = "bytes=";
  if (!syntax::same_word(field.substr(0, kUnit.size()), kUnit)) return {};
  const std::string_view range = field.substr(kUnit.size());
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos) return {};
  const auto last = number(range.substr(dash + 1));
  const bool open = dash + 1 == range.size();
  if (dash == 0) {  // the last so many
    if (!last) return {};
    const std::size_t least = std::min(*last, size);
    if (least == 0) return {ByteRange::Kind::unsatisfiable, 0, 0};
    return {ByteRange::Kind::part, size - least, least};
  }
  const auto first = number(range.substr(0, dash));
  if (!first || (!last && !open) || (last && *last < *first)) return {};
  if (*first >= size) return {ByteRange::Kind::unsatisfiable, 0, 0};
  const std::size_t end = last ? std::min(*last, size - 1) : size - 1;
  return {ByteRange::Kind::part, *first, end - *first + 1};
}

bool range_counts(std::string_view if_range, std::string_view etag) noexcept {
  return !etag.empty() && etag.front() == '"' && if_range == etag;
}

}  // namespace pushwire::net
