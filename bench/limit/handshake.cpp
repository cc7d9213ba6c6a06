#include "limit/handshake.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <strings.h>

#include <cstddef>

namespace pushwire::bench::limit {
namespace {

constexpr char kKeyGuid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t kKeyBytes = 24;  // 16 of its own, in base64
constexpr std::size_t kShortFrame = 125;
constexpr std::size_t kMediumFrame = 0xFFFF;

bool starts_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

bool asks_for(std::string_view path, std::string_view head) {
  if (!starts_with(head, "GET ")) return false;
  head.remove_prefix(4);
  return starts_with(head, path) && head.size() > path.size() && (head[path.size()] == ' ' || head[path.size()] == '?');
}

// The value of a field of the head; empty where it is missing.
std::string_view field(std::string_view head, std::string_view name) {
  for (std::size_t line = head.find("\r\n"); line != std::string_view::npos; line = head.find("\r\n", line)) {
    line += 2;
    const std::string_view rest = head.substr(line);
    if (rest.size() <= name.size() || rest[name.size()] != ':') continue;
    if (strncasecmp(rest.data(), name.data(), name.size()) != 0) continue;
    std::string_view value = rest.substr(name.size() + 1);
    value = value.substr(0, value.find("\r\n"));
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
    return value;
  }
  return {};
}

std::string accept_of(std::string_view key) {
  const std::string text = std::string(key) + kKeyGuid;
  unsigned char hash[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash);
  unsigned char base64[4 * ((SHA_DIGEST_LENGTH + 2) / 3) + 1];
  const int size = EVP_EncodeBlock(base64, hash, SHA_DIGEST_LENGTH);
  return {reinterpret_cast<const char*>(base64), static_cast<std::size_t>(size)};
}

// A text frame; no mask, since a server sends it.
void append_frame(std::string_view payload, std::string& out) {
  const std::size_t size = payload.size();
  const int length_bytes = size <= kShortFrame ? 0 : size <= kMediumFrame ? 2 : 8;
  out += static_cast<char>(0x81);
  out += static_cast<char>(length_bytes == 0 ? size : length_bytes == 2 ? 126 : 127);
  for (int byte = length_bytes - 1; byte >= 0; --byte) out += static_cast<char>(size >> (8 * byte) & 0xFF);
  out += payload;
}

}  // namespace

std::optional<Opening> open_stream(std::string_view head) {
  if (asks_for("/long-poll", head)) return Opening{Format::long_poll, {}};
  if (asks_for("/sse", head)) {
    return Opening{Format::event_stream,
                   "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
                   "Connection: close\r\n\r\n"};
  }
  const std::string_view key = field(head, "Sec-WebSocket-Key");
  if (!starts_with(head, "GET ") || key.size() != kKeyBytes) return std::nullopt;
  return Opening{Format::websocket,
                 "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Accept: " +
                     accept_of(key) + "\r\n\r\n"};
}

void append_event(Format format, std::string_view payload, std::string& out) {
  switch (format) {
    case Format::websocket: append_frame(payload, out); return;
    case Format::event_stream: out.append("data: ").append(payload).append("\n\n"); return;
    case Format::long_poll: out.append(payload).append("\n"); return;
  }
}

std::string long_poll_answer(std::string_view events) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(events.size()) +
         "\r\nCache-Control: no-store\r\n\r\n" + std::string(events);
}

}  // namespace pushwire::bench::limit
