#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "protocol/utf8.hpp"
#include "pushwire/codec.hpp"

namespace pushwire {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr char kHex[] = "0123456789abcdef";
constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool is_plain(unsigned char byte) noexcept { return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\'; }

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

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  out += '"';
  std::size_t run = 0;  // where the bytes begin that can be taken over as they are
  std::size_t place = 0;
  while (place < text.size()) {
    const auto byte = static_cast<unsigned char>(text[place]);
    if (is_plain(byte)) {
      ++place;
      continue;
    }
    const Utf8Sequence sequence = next_utf8(text.substr(place));
    if (byte >= 0x80 && sequence.valid) {
      place += sequence.size;
      continue;
    }
    out.append(text, run, place - run);
    if (sequence.valid) append_escaped(byte, out);
    else out += kReplacement;
    place += sequence.size;
    run = place;
  }
  out.append(text, run, place - run);
  out += '"';
}

void append_base64(std::string_view bytes, std::string& out) {
  const auto byte = [&](std::size_t index) { return std::uint32_t{static_cast<unsigned char>(bytes[index])}; };
  const std::size_t begin = out.size();
  out.resize(begin + (bytes.size() + 2) / 3 * 4);
  char* to = out.data() + begin;
  std::size_t place = 0;
  for (; place + 3 <= bytes.size(); place += 3) {
    const std::uint32_t group = byte(place) << 16 | byte(place + 1) << 8 | byte(place + 2);
    *to++ = kBase64[group >> 18];
    *to++ = kBase64[group >> 12 & 63];
    *to++ = kBase64[group >> 6 & 63];
    *to++ = kBase64[group & 63];
  }
  const std::size_t left = bytes.size() - place;
  if (left == 0) return;
  const std::uint32_t group = byte(place) << 16 | (left == 2 ? byte(place + 1) << 8 : 0);
  *to++ = kBase64[group >> 18];
  *to++ = kBase64[group >> 12 & 63];
  *to++ = left == 2 ? kBase64[group >> 6 & 63] : '=';
  *to = '=';
}

// The parser keeps its own stack on the heap, one bit for each level, so deep nesting cannot overflow ours. It would
// skip a byte order mark and take a NUL for the end of the text; neither may stand in the middle of an answer.
bool is_json(std::string_view text) noexcept {
  try {
    if (text.substr(0, 3) == "\xEF\xBB\xBF" || text.find('\0') != std::string_view::npos) return false;
    return nlohmann::json::accept(text.begin(), text.end());
  } catch (...) {
    return false;
  }
}

}  // namespace pushwire
