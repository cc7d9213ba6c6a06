// The character classes of RFC 9110 and RFC 3986, free of locales.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace pushwire::characters {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr bool is_letter(char c) noexcept { return lower(c) >= 'a' && lower(c) <= 'z'; }
constexpr bool is_visible(char c) noexcept { return c > 0x20 && c < 0x7F; }
constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

namespace tables {

constexpr std::array<bool, 256> token() noexcept {
  std::array<bool, 256> is{};
  for (std::size_t i = 0; i < is.size(); ++i)
    is[i] = i < 0x80 && (is_digit(static_cast<char>(i)) || is_letter(static_cast<char>(i)));
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) is[static_cast<unsigned char>(c)] = true;
  return is;
}
inline constexpr std::array<bool, 256> kToken = token();

}  // namespace tables

// tchar, RFC 9110 section 5.6.2.
constexpr bool is_token(char c) noexcept { return tables::kToken[static_cast<unsigned char>(c)]; }

// What a field value consists of, RFC 9110 section 5.5: visible ASCII, blanks and bytes above ASCII.
constexpr bool is_field_content(char c) noexcept {
  return is_blank(c) || is_visible(c) || static_cast<unsigned char>(c) >= 0x80;
}

// How many bytes, from the first on, are of a class: `of` is one of the above, in a lambda or a function object.
template <class Class>
constexpr std::size_t run_of(Class of, std::string_view bytes) noexcept {
  std::size_t size = 0;
  while (size < bytes.size() && of(bytes[size])) ++size;
  return size;
}

// -1 where `c` is no hexadecimal digit.
constexpr int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  return lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
}

// Equal but for the case of ASCII letters.
inline bool same_word(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return x == y || lower(x) == lower(y); });
}

}  // namespace pushwire::characters
