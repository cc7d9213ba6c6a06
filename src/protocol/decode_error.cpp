#include <algorithm>

#include "protocol/utf8.hpp"
#include "pushwire/json_value.hpp"

namespace pushwire {

struct DecodeError::Text {
  std::string path;
  std::string reason;
  std::string what;
};

namespace {

constexpr std::size_t kPathBytes = 256;
constexpr std::size_t kReasonBytes = 256;
constexpr std::size_t kNameCharacters = 32;
constexpr std::string_view kMore = "\xE2\x80\xA6";  // "…"

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$'; }
bool is_inner(char c) noexcept { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; }

// A member's name as a part of a path: `celsius`, or `["two words"]`.
std::string segment_of(std::string_view name) {
  const std::string_view front = name.substr(0, kNameCharacters);
  const bool whole = front.size() == name.size();
  if (whole && !name.empty() && is_letter(name[0]) && std::all_of(name.begin(), name.end(), is_inner)) {
    return std::string(name);
  }
  std::string segment = "[\"";
  for (const char c : front) segment += c >= 0x20 && c < 0x7F && c != '"' && c != '\\' ? c : '?';
  if (!whole) segment += kMore;
  return segment += "\"]";
}

// UTF-8 without control characters (those behind ASCII, U+0080 to U+009F, are led in by C2).
std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Utf8Sequence next = next_utf8(text);
    const auto lead = static_cast<unsigned char>(text[0]);
    const bool control = lead < 0x20 || lead == 0x7F || (lead == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0);
    const std::string_view shown = next.valid && !control ? text.substr(0, next.size) : "?";
    if (out.size() + shown.size() > kReasonBytes - kMore.size()) return out.append(kMore);
    out += shown;
    text.remove_prefix(next.size);
  }
  return out;
}

}  // namespace

DecodeError::DecodeError(std::string_view reason) : std::runtime_error("pushwire::DecodeError") {
  std::string shown = printable(reason);
  std::string what = shown;
  text_ = std::make_shared<const Text>(Text{{}, std::move(shown), std::move(what)});
}

void DecodeError::prefix(std::string_view name) { prefix_segment(segment_of(name)); }
void DecodeError::prefix(std::size_t index) { prefix_segment('[' + std::to_string(index) + ']'); }

void DecodeError::prefix_segment(const std::string& segment) {
  const std::string& inner = text_->path;
  std::string path = segment;
  if (!inner.empty() && inner[0] != '[') path += '.';
  path += inner;
  if (path.size() > kPathBytes) path.replace(kPathBytes - kMore.size(), std::string::npos, kMore);
  std::string what = path + ": " + text_->reason;
  text_ = std::make_shared<const Text>(Text{std::move(path), text_->reason, std::move(what)});
}

const std::string& DecodeError::path() const noexcept { return text_->path; }
const std::string& DecodeError::reason() const noexcept { return text_->reason; }
const char* DecodeError::what() const noexcept { return text_->what.c_str(); }

}  // namespace pushwire
