// The digits of base64 (RFC 4648), in both of its alphabets and without padding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pushwire::base64 {

inline constexpr std::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
inline constexpr std::string_view kUrl = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// How many digits so many bytes have.
constexpr std::size_t digits(std::size_t bytes) noexcept { return bytes / 3 * 4 + (bytes % 3 * 8 + 5) / 6; }

// Writes the digits of `bytes` to `to`, which has room for them.
inline void write(std::string_view bytes, std::string_view alphabet, char* to) noexcept {
  const auto byte = [&](std::size_t index) { return std::uint32_t{static_cast<unsigned char>(bytes[index])}; };
  std::size_t place = 0;
  for (; place + 3 <= bytes.size(); place += 3) {
    const std::uint32_t group = byte(place) << 16 | byte(place + 1) << 8 | byte(place + 2);
    *to++ = alphabet[group >> 18];
    *to++ = alphabet[group >> 12 & 63];
    *to++ = alphabet[group >> 6 & 63];
    *to++ = alphabet[group & 63];
  }
  const std::size_t left = bytes.size() - place;
  if (left == 0) return;
  const std::uint32_t group = byte(place) << 16 | (left == 2 ? byte(place + 1) << 8 : 0);
  *to++ = alphabet[group >> 18];
  *to++ = alphabet[group >> 12 & 63];
  if (left == 2) *to = alphabet[group >> 6 & 63];
}

}  // namespace pushwire::base64
