#include "net/http/response_head.hpp"

#include <charconv>

#include "net/http/document_fields.hpp"
#include "net/http/problem.hpp"

namespace pushwire::net {
namespace {

void append_number(std::size_t value, int base, std::string& out) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, value, base).ptr);
}

void append_field(std::string_view name, std::string_view value, std::string& out) {
  out.append(name).append(": ").append(value).append("\r\n");
}

// Unless `fields` have one of that name.
void append_default(std::string_view name, std::string_view value, const ResponseHead& head, std::string& out) {
  if (head.fields == nullptr || !has_field(*head.fields, name)) append_field(name, value, out);
}

void append_status_line(int status, std::string& out) {
  out += "HTTP/1.1 ";
  append_number(static_cast<std::size_t>(status), 10, out);
  out.append(" ").append(reason_phrase(status)).append("\r\n");
}

void append_framing(const ResponseHead& head, ResponseHead::Body body, std::string& out) {
  if (head.status == 204 || head.status == 304) return;
  if (body == ResponseHead::Body::chunked) {
    append_field("Transfer-Encoding", "chunked", out);
  } else if (body != ResponseHead::Body::until_close) {
    out += "Content-Length: ";
    append_number(body == ResponseHead::Body::length ? head.content_length : 0, 10, out);
    out += "\r\n";
  }
}

}  // namespace

void append_head(const ResponseHead& head, std::string& out) {
  append_status_line(head.status, out);
  if (head.status != 101) {
    ResponseHead::Body body = head.body;
    if (body == ResponseHead::Body::chunked && head.version_minor == 0) body = ResponseHead::Body::until_close;
    const bool bodiless = head.status == 204 || head.status == 304;
    if (!head.date.empty()) append_default("Date", head.date, head, out);
    if (!head.content_type.empty()) append_field("Content-Type", head.content_type, out);
    append_framing(head, body, out);
    if (head.close || (body == ResponseHead::Body::until_close && !bodiless)) {
      append_field("Connection", "close", out);
    } else if (head.version_minor == 0) {
      append_field("Connection", "keep-alive", out);
    }
    if (!head.cache_control.empty()) append_default("Cache-Control", head.cache_control, head, out);
    append_default("X-Content-Type-Options", "nosniff", head, out);
    // No page of another origin has it as a script or an image. Refusals hold nothing, and are left to be seen: a client
    // tells by them that somebody is there.
    if (head.status < 400) append_default("Cross-Origin-Resource-Policy", "same-origin", head, out);
    if (head.vary_origin || !head.cors_origin.empty()) append_field("Vary", "Origin", out);
    if (!head.cors_origin.empty()) {
      append_field("Access-Control-Allow-Origin", head.cors_origin, out);
      append_field("Access-Control-Expose-Headers", "ETag, Retry-After, Pushwire-Session", out);
    }
  }
  if (head.fields != nullptr) {
    for (const auto& [name, value] : *head.fields) append_field(name, value, out);
  }
  out += "\r\n";
}

void append_chunk(std::string_view bytes, std::string& out) {
  if (bytes.empty()) return;
  append_chunk_size(bytes.size(), out);
  out.append(bytes).append("\r\n");
}

void append_chunk_size(std::size_t size, std::string& out) {
  append_number(size, 16, out);
  out += "\r\n";
}

}  // namespace pushwire::net
