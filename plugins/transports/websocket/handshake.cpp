#include "handshake.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <websocketpp/sha1/sha1.hpp>

#include "pushwire/codec.hpp"

namespace pushwire::websocket {
namespace {

constexpr std::string_view kVersion = "13";
constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 section 1.3

bool same_name(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return x == y || lower(x) == lower(y); });
}

// The value of a field that has to be there exactly once.
std::optional<std::string_view> only_field(const Request& request, std::string_view name) noexcept {
  std::optional<std::string_view> value;
  for (const Request::Field& field : request.fields) {
    if (!same_name(field.name, name)) continue;
    if (value) return std::nullopt;
    value = field.value;
  }
  return value;
}

constexpr std::size_t kKeyChars = 24;

// Sixteen bytes in base64: 22 characters and their padding. The spare bits of the last one may be anything, as in the
// RFC's own example.
bool is_key(std::string_view key) noexcept {
  constexpr std::size_t kCharacters = kKeyChars - 2;
  const auto is_base64 = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  };
  return key.size() == kKeyChars && key.substr(kCharacters) == "==" &&
         std::all_of(key.begin(), key.begin() + kCharacters, is_base64);
}

// RFC 9110 section 15.5.22: a 426 says what to upgrade to, and the field that does so is named in Connection.
Refusal upgrade_required(const std::string& sentence) {
  Refusal refusal(426, sentence);
  refusal.head.add("Upgrade", "websocket");
  refusal.head.add("Connection", "Upgrade");
  return refusal;
}

// The client's key. Throws Refusal.
std::string_view checked_key(const Request& request) {
  if (request.method != "GET") {
    Refusal refusal(405, "A WebSocket is opened with GET, not with " + std::string(request.method) + ".");
    refusal.head.add("Allow", "GET");
    throw refusal;
  }
  // An Upgrade field of HTTP/1.0 has to be ignored (RFC 9110 section 7.8).
  if (request.version_minor < 1 || !request.lists("Upgrade", "websocket") || !request.lists("Connection", "Upgrade")) {
    throw upgrade_required(
        "This path speaks WebSocket: the request needs HTTP/1.1 with Upgrade and Connection fields.");
  }
  if (only_field(request, "Sec-WebSocket-Version") != kVersion) {
    Refusal refusal = upgrade_required("The only WebSocket version here is 13.");
    refusal.head.add("Sec-WebSocket-Version", kVersion);
    throw refusal;
  }
  const std::optional<std::string_view> key = only_field(request, "Sec-WebSocket-Key");
  if (!key) throw Refusal(400, "A WebSocket handshake has exactly one Sec-WebSocket-Key field.");
  if (!is_key(*key)) throw Refusal(400, "Sec-WebSocket-Key is not sixteen bytes in base64.");
  return *key;
}

// The Sec-WebSocket-Accept that answers `key`, which is one.
std::string accepting(std::string_view key) {
  char text[kKeyChars + kGuid.size()];
  std::copy(kGuid.begin(), kGuid.end(), std::copy_n(key.begin(), kKeyChars, text));
  unsigned char digest[20];
  websocketpp::sha1::calc(text, sizeof text, digest);
  std::string accept;
  append_base64({reinterpret_cast<const char*>(digest), sizeof digest}, accept);
  return accept;
}

}  // namespace

void answer_handshake(const Request& request, Head& answer) {
  const std::string_view key = checked_key(request);
  answer.status = 101;
  answer.add("Upgrade", "websocket");
  answer.add("Connection", "Upgrade");
  answer.add("Sec-WebSocket-Accept", accepting(key));
}

bool offers(const Request& request, std::string_view protocol) {
  const auto offered = request.members("Sec-WebSocket-Protocol");
  return std::find(offered.begin(), offered.end(), protocol) != offered.end();
}

}  // namespace pushwire::websocket
