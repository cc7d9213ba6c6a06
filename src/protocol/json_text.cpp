#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "protocol/base64.hpp"
#include "protocol/characters.hpp"
#include "protocol/json_scan.hpp"
#include "protocol/utf8.hpp"
#include "pushwire/codec.hpp"

namespace pushwire {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr char kHex[] = "0123456789abcdef";

// ASCII that a string has as it is.
constexpr std::array<bool, 256> plain_bytes() noexcept {
  std::array<bool, 256> is{};
  for (std::size_t byte = 0x20; byte < 0x80; ++byte) is[byte] = byte != '"' && byte != '\\';
  return is;
}
constexpr std::array<bool, 256> kPlain = plain_bytes();

std::size_t plain_run(std::string_view text) noexcept {
  return characters::run_of([](char c) { return kPlain[static_cast<unsigned char>(c)]; }, text);
}

void append_escaped(unsigned char byte, std::string& out) {
  switch (byte) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  const char escape[] = {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 0xF]};
  out.append(escape, sizeof escape);
}

int base64_value(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  out += '"';
  std::size_t run = 0;  // where the bytes begin that can be taken over as they are
  std::size_t place = plain_run(text);
  while (place < text.size()) {
    const auto byte = static_cast<unsigned char>(text[place]);
    const Utf8Sequence sequence = next_utf8(text.substr(place));
    if (byte < 0x80 || !sequence.valid) {
      out.append(text, run, place - run);
      if (sequence.valid) append_escaped(byte, out);
      else out += kReplacement;
      run = place + sequence.size;
    }
    place += sequence.size;
    place += plain_run(text.substr(place));
  }
  out.append(text, run, place - run);
  out += '"';
}

void append_base64(std::string_view bytes, std::string& out) {
  const std::size_t begin = out.size();
  out.resize(begin + (bytes.size() + 2) / 3 * 4, '=');
  base64::write(bytes, base64::kStandard, out.data() + begin);
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  for (std::size_t place = 0; place < text.size() - padding; ++place) {
    const int digit = base64_value(text[place]);
    if (digit < 0) return std::nullopt;
    group = group << 6 | static_cast<std::uint32_t>(digit);
    if (place % 4 != 3) continue;
    for (const int shift : {16, 8, 0}) bytes += static_cast<char>(group >> shift & 0xFF);
    group = 0;
  }
  // Bits behind the last byte are zero (section 3.5), so that one value has one text.
  if (padding == 2) {
    if ((group & 0xF) != 0) return std::nullopt;
    bytes += static_cast<char>(group >> 4);
  } else if (padding == 1) {
    if ((group & 0x3) != 0) return std::nullopt;
    bytes += static_cast<char>(group >> 10);
    bytes += static_cast<char>(group >> 2 & 0xFF);
  }
  return bytes;
}

// The parser keeps its own stack on the heap, one bit for each level, so deep nesting cannot overflow ours. Neither a
// byte order mark nor a NUL may stand in the middle of an answer.
bool is_json(std::string_view text) noexcept {
  try {
    if (has_mark_or_nul(text)) return false;
    return nlohmann::json::accept(text.begin(), text.end());
  } catch (...) {
    return false;
  }
}

}  // namespace pushwire
