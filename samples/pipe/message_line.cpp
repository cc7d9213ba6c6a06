#include "message_line.hpp"

#include <algorithm>

#include "pushwire/codec.hpp"

namespace pipe_sample {

std::string message_line(const pushwire::Message& message) {
  std::string line = "{\"name\":";
  pushwire::append_json_string(message.name, line);
  line += ",\"session\":";
  pushwire::append_json_string(message.session.id, line);
  line += ",\"data\":";
  const auto data = static_cast<std::ptrdiff_t>(line.size());
  line += message.json;
  // Strings hold no control characters (RFC 8259 section 7), so each of these is a space between values.
  std::replace_if(
      line.begin() + data, line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  if (!message.bytes.empty()) {
    line += ",\"bytes\":\"";
    pushwire::append_base64(message.bytes, line);
    line += '"';
  }
  return line + "}\n";
}

}  // namespace pipe_sample
