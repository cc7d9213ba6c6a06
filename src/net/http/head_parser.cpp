#include "net/http/head_parser.hpp"

#include <llhttp.h>

#include <algorithm>
#include <cstddef>

#include "net/http/syntax.hpp"

namespace pushwire::net {
namespace {

struct Reading {
  std::vector<Request::Field>& fields;
  std::string_view target;
  bool in_value = false;
  bool whole = false;
};

Reading& reading_of(llhttp_t* parser) { return *static_cast<Reading*>(parser->data); }

// llhttp hands over a span in one piece or in adjoining ones.
void extend(std::string_view& span, const char* at, std::size_t size) {
  span = span.data() == nullptr ? std::string_view(at, size)
                                : std::string_view(span.data(), static_cast<std::size_t>(at - span.data()) + size);
}

int on_target(llhttp_t* parser, const char* at, std::size_t size) {
  extend(reading_of(parser).target, at, size);
  return 0;
}

int on_name(llhttp_t* parser, const char* at, std::size_t size) {
  Reading& reading = reading_of(parser);
  if (reading.in_value || reading.fields.empty()) reading.fields.emplace_back();
  reading.in_value = false;
  extend(reading.fields.back().name, at, size);
  return 0;
}

int on_value(llhttp_t* parser, const char* at, std::size_t size) {
  Reading& reading = reading_of(parser);
  reading.in_value = true;
  if (!reading.fields.empty()) extend(reading.fields.back().value, at, size);
  return 0;
}

// Bodies are none of llhttp's business here, see ChunkedBody.
int on_head_read(llhttp_t* parser) {
  reading_of(parser).whole = true;
  return HPE_PAUSED;
}

llhttp_settings_t settings() {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  settings.on_url = on_target;
  settings.on_header_field = on_name;
  settings.on_header_value = on_value;
  settings.on_headers_complete = on_head_read;
  return settings;
}

std::string_view without_blanks_behind(std::string_view value) {
  while (!value.empty() && syntax::is_blank(value.back())) value.remove_suffix(1);
  return value;
}

std::string_view line_at(std::string_view head, std::size_t place) {
  place = std::min(place, head.size() - 1);
  const std::size_t before = place < 2 ? std::string_view::npos : head.rfind('\n', place - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  return head.substr(begin, head.find('\r', begin) - begin);
}

Fault refusal(const llhttp_t& parser, std::string_view head, const Request& request) {
  const llhttp_errno_t error = llhttp_get_errno(&parser);
  if (error == HPE_INVALID_METHOD || error == HPE_INVALID_CONSTANT) {
    return {501, "the method " + syntax::quoted(request.method) + " is not known here"};
  }
  const char* const place = llhttp_get_error_pos(&parser);
  const std::string_view line = line_at(head, place == nullptr ? 0 : static_cast<std::size_t>(place - head.data()));
  const char* const reason = llhttp_get_error_reason(&parser);
  return {400, "the line " + syntax::quoted(line) +
                   " is not valid HTTP: " + (reason == nullptr || *reason == '\0' ? llhttp_errno_name(error) : reason)};
}

}  // namespace

std::optional<Fault> parse_head(std::string_view head, Request& into) {
  static const llhttp_settings_t kSettings = settings();
  into.fields.clear();
  Reading reading{into.fields, {}, false, false};
  llhttp_t parser;
  llhttp_init(&parser, HTTP_REQUEST, &kSettings);
  parser.data = &reading;
  const llhttp_errno_t error = llhttp_execute(&parser, head.data(), head.size());
  if (error != HPE_PAUSED || !reading.whole) return refusal(parser, head, into);
  // Paused at or behind the last LF, depending on the release.
  const std::size_t read = static_cast<std::size_t>(llhttp_get_error_pos(&parser) - head.data());
  if (read + 1 < head.size() || reading.target != into.target) {
    return Fault{400, "the head that begins with " + syntax::quoted(line_at(head, 0)) + " can be read in two ways"};
  }
  for (Request::Field& field : into.fields) field.value = without_blanks_behind(field.value);
  return std::nullopt;
}

}  // namespace pushwire::net
