#include <charconv>

#include "pushwire/codec.hpp"
#include "pushwire/transport.hpp"
#include "pushwire/version.hpp"

namespace pushwire {
namespace {

std::string_view word(Control::Reason reason) noexcept {
  switch (reason) {
    case Control::Reason::shutdown: return "shutdown";
    case Control::Reason::idle: return "idle";
    case Control::Reason::too_slow: return "too-slow";
    case Control::Reason::policy: return "policy";
  }
  return "policy";
}

std::string_view word(Control::Reconnect reconnect) noexcept {
  switch (reconnect) {
    case Control::Reconnect::resume: return "resume";
    case Control::Reconnect::fresh: return "fresh";
    case Control::Reconnect::never: return "never";
  }
  return "never";
}

template <class Integer>
void append_number(Integer value, std::string& out) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

void append_quoted(const Cursor& cursor, std::string& out) {
  out += '"';
  cursor.append_to(out);
  out += '"';
}

void append_member(std::string_view name_with_comma, const std::optional<Cursor>& cursor, std::string& out) {
  if (!cursor) return;
  out += name_with_comma;
  append_quoted(*cursor, out);
}

void append_array(const std::vector<std::string_view>& texts, std::string& out) {
  out += '[';
  for (std::size_t index = 0; index < texts.size(); ++index) {
    if (index != 0) out += ',';
    append_json_string(texts[index], out);
  }
  out += ']';
}

void append_hello(const Control& hello, std::string& out) {
  out += ",\"protocol\":";
  append_number(kProtocolVersion, out);
  if (!hello.session.empty()) {
    out += ",\"session\":";
    append_json_string(hello.session, out);
    out += ",\"session_state\":";
    append_json_string(hello.session_state, out);
  }
  if (hello.last_id != 0) {
    out += ",\"last_id\":";
    append_number(hello.last_id, out);
  }
  append_member(",\"cursor\":", hello.cursor, out);
  out += ",\"resume\":\"";
  out += to_string(hello.resume);
  out += "\",\"heartbeat_ms\":";
  append_number(hello.heartbeat_ms, out);
  out += ",\"transports\":";
  append_array(hello.transports, out);
}

void append_gap(const Control& gap, std::string& out) {
  out += ",\"types\":";
  append_array(gap.types, out);
  out += ",\"from\":";
  append_quoted(gap.from, out);
  out += ",\"to\":";
  append_quoted(gap.to, out);
}

void append_bye(const Control& bye, std::string& out) {
  out += ",\"reason\":\"";
  out += word(bye.reason);
  out += "\",\"reconnect\":\"";
  out += word(bye.reconnect);
  out += "\",\"after_ms\":";
  append_number(bye.after_ms, out);
}

// Everything but the payload and the closing brace.
void append_open_head(const Event& event, const Encoding& encoding, std::string& out) {
  out += "{\"id\":";
  append_quoted(event.id, out);
  out += ",\"event\":";
  append_json_string(event.type, out);
  if (event.keyed) {
    out += ",\"key\":";
    append_json_string(event.key, out);
  }
  if (event.removed) out += ",\"removed\":true";
  if (encoding.snapshot) out += ",\"snapshot\":true";
  if (encoding.with_time) {
    out += ",\"at\":";
    append_number(event.at_ms, out);
  }
}

}  // namespace

std::string_view to_string(Resume resume) noexcept {
  switch (resume) {
    case Resume::fresh: return "new";
    case Resume::ok: return "ok";
    case Resume::gap: return "gap";
    case Resume::reset: return "reset";
  }
  return "reset";
}

std::string_view to_string(Control::Kind kind) noexcept {
  switch (kind) {
    case Control::Kind::hello: return "hello";
    case Control::Kind::live: return "live";
    case Control::Kind::gap: return "gap";
    case Control::Kind::reset: return "reset";
    case Control::Kind::ping: return "ping";
    case Control::Kind::bye: return "bye";
    case Control::Kind::subscribed: return "subscribed";
  }
  return "ping";
}

void append_json_head(const Event& event, const Encoding& encoding, std::string& out) {
  append_open_head(event, encoding, out);
  out += '}';
}

void append_json(const Event& event, const Encoding& encoding, std::string& out) {
  append_open_head(event, encoding, out);
  if (!event.removed) {
    if (event.format == Event::Payload::bytes) {
      out += ",\"base64\":\"";
      append_base64(event.payload, out);
      out += '"';
    } else {
      out += ",\"data\":";
      out += event.payload;
    }
  }
  out += '}';
}

void append_json(const Control& control, std::string& out) {
  out += "{\"control\":\"";
  out += to_string(control.kind);
  out += '"';
  switch (control.kind) {
    case Control::Kind::hello: append_hello(control, out); break;
    case Control::Kind::gap: append_gap(control, out); break;
    case Control::Kind::bye: append_bye(control, out); break;
    case Control::Kind::subscribed:
      out += ",\"events\":";
      append_array(control.types, out);
      append_member(",\"cursor\":", control.cursor, out);
      break;
    case Control::Kind::live:
    case Control::Kind::reset:
    case Control::Kind::ping: append_member(",\"cursor\":", control.cursor, out); break;
  }
  out += '}';
}

void append_json(const ReplyFrame& reply, std::string& out) {
  out += "{\"reply\":";
  if (reply.id) append_number(*reply.id, out);
  else out += "null";
  if (reply.error_code.empty()) {
    if (!reply.data.empty()) {
      out += ",\"data\":";
      out += reply.data;
    }
  } else {
    out += ",\"error\":{\"code\":";
    append_json_string(reply.error_code, out);
    out += ",\"message\":";
    append_json_string(reply.error_message, out);
    out += '}';
  }
  append_member(",\"cursor\":", reply.cursor, out);
  out += '}';
}

// A transport that takes no client bytes has no use for a peer that sends some.
Verdict Conversation::receive(char* /*bytes*/, std::size_t /*size*/, Inbox& /*inbox*/, std::string& /*out*/) {
  return Verdict::drop;
}

void Conversation::reply(const ReplyFrame& /*reply*/, std::string& /*out*/) {}

void Transport::wrap(const Answer& /*answer*/, std::string& /*out*/) const {}

}  // namespace pushwire
