#pragma once

#include <cstddef>
#include <string_view>

namespace pushwire::log {

// Strict UTF-8 (RFC 3629 section 4): no overlong form, no surrogate, nothing over U+10FFFF.
inline bool valid_utf8(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned lead = byte(i++);
    if (lead < 0x80) continue;
    if (lead < 0xC2 || lead > 0xF4) return false;
    const std::size_t more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    if (text.size() - i < more) return false;
    const unsigned second = byte(i);
    const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < low || second > high) return false;
    for (std::size_t j = 1; j < more; ++j) {
      if ((byte(i + j) & 0xC0U) != 0x80U) return false;
    }
    i += more;
  }
  return true;
}

}  // namespace pushwire::log
