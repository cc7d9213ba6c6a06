// UTF-8 as the WHATWG Encoding standard decodes it (no overlong forms, no surrogates, nothing above U+10FFFF).
#pragma once

#include <cstddef>
#include <string_view>

namespace pushwire {

// What stands at the front of a text.
struct Utf8Sequence {
  std::size_t size;  // bytes of the character; where it is not valid, of the maximal subpart that one U+FFFD replaces
  bool valid;
};

// `text` is not empty.
inline Utf8Sequence next_utf8(std::string_view text) noexcept {
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {1, true};
  std::size_t size = 0;
  unsigned char lowest = 0x80;  // what the second byte may be
  unsigned char highest = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    size = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    size = 3;
    if (lead == 0xE0) lowest = 0xA0;
    if (lead == 0xED) highest = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    size = 4;
    if (lead == 0xF0) lowest = 0x90;
    if (lead == 0xF4) highest = 0x8F;
  } else {
    return {1, false};
  }
  for (std::size_t index = 1; index < size; ++index) {
    if (index == text.size() || byte(index) < lowest || byte(index) > highest) return {index, false};
    lowest = 0x80;
    highest = 0xBF;
  }
  return {size, true};
}

inline bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const Utf8Sequence sequence = next_utf8(text);
    if (!sequence.valid) return false;
    text.remove_prefix(sequence.size);
  }
  return true;
}

}  // namespace pushwire
