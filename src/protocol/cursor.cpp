#include "pushwire/cursor.hpp"

#include <charconv>
#include <cstddef>
#include <system_error>
#include <tuple>

namespace pushwire {
namespace {

constexpr std::size_t kEpochSize = std::tuple_size<Epoch>::value;
constexpr std::size_t kMaxDigits = 20;  // of 2^64-1

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_epoch_character(char c) noexcept { return is_digit(c) || (c >= 'a' && c <= 'z'); }

}  // namespace

std::string Cursor::text() const {
  std::string out;
  append_to(out);
  return out;
}

void Cursor::append_to(std::string& out) const {
  char text[kEpochSize + 1 + kMaxDigits];
  char* place = text;
  for (const char c : epoch) *place++ = c;
  *place++ = '-';
  out.append(text, std::to_chars(place, text + sizeof text, sequence).ptr);
}

std::optional<Cursor> Cursor::parse(std::string_view text) noexcept {
  if (text.size() < kEpochSize + 2 || text.size() > kEpochSize + 1 + kMaxDigits) return std::nullopt;
  Cursor cursor;
  for (std::size_t index = 0; index < kEpochSize; ++index) {
    if (!is_epoch_character(text[index])) return std::nullopt;
    cursor.epoch[index] = text[index];
  }
  if (text[kEpochSize] != '-') return std::nullopt;
  const std::string_view digits = text.substr(kEpochSize + 1);
  if (!is_digit(digits[0]) || (digits[0] == '0' && digits.size() > 1)) return std::nullopt;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, cursor.sequence);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return cursor;
}

}  // namespace pushwire
