#include "simulation/protocol_text.hpp"

namespace pushwire::simulation {

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text.substr(0, text.size() - padding)) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xFFFFFF;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>(bits >> held);
  }
  return out;
}

std::optional<Cursor> cursor_member(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return Cursor::parse(found->get_ref<const std::string&>());
}

std::vector<std::string> strings_member(const Json& object, const char* name) {
  std::vector<std::string> strings;
  const auto found = object.find(name);
  if (found == object.end() || !found->is_array()) return strings;
  for (const Json& item : *found) strings.push_back(item.is_string() ? item.get<std::string>() : "?");
  return strings;
}

Told told_event(const Json& item, const std::string* bytes) {
  Told told;
  told.id = cursor_member(item, "id");
  told.type = item.value("event", "");
  told.key = item.value("key", "");
  told.removed = item.value("removed", false);
  told.snapshot = item.value("snapshot", false);
  if (bytes != nullptr) told.canonical = *bytes;
  else if (item.contains("base64")) told.canonical = decode_base64(item["base64"].get<std::string>());
  else if (item.contains("data")) told.canonical = item["data"].dump();
  if (item.contains("at")) told.at_ms = item["at"].get<std::int64_t>();
  return told;
}

bool hear_control(const Json& control, Witness& witness) {
  const std::string kind = control.value("control", "");
  const auto cursor = cursor_member(control, "cursor");
  if (kind == "ping") {
    witness.ping(cursor);
  } else if (kind == "live" || kind == "reset") {
    if (!cursor) witness.fail(kind + " without a cursor");
    else if (kind == "live") witness.live(*cursor);
    else witness.reset(*cursor);
  } else if (kind == "gap") {
    const auto from = cursor_member(control, "from");
    const auto to = cursor_member(control, "to");
    if (!from || !to) witness.fail("a gap without its range");
    else witness.gap(strings_member(control, "types"), *from, *to);
  } else if (kind == "bye") {
    witness.bye();
  } else {
    return false;
  }
  return true;
}

AskText ask_text(const Ask& ask, Random& spice) {
  AskText text;
  const auto add = [&](const std::string& parameter) { text.query += (text.query.empty() ? "?" : "&") + parameter; };
  const auto list = [](const Patterns& patterns) {
    std::string out;
    for (const std::string& pattern : patterns) out += (out.empty() ? "" : ",") + pattern;
    return out;
  };
  if (!ask.events.empty()) add("events=" + list(ask.events));
  else if (spice.one_in(4)) add("events=*");
  if (!ask.fresh.empty()) add("fresh=" + list(ask.fresh));
  switch (ask.from) {
    case Ask::From::newcomer:
      if (spice.one_in(3)) add("after=latest");
      break;
    case Ask::From::earliest: add("after=earliest"); break;
    case Ask::From::cursor:
      if (spice.one_in(2)) add("after=" + ask.cursor.text());
      else text.fields = "Last-Event-ID: " + ask.cursor.text() + "\r\n";
      break;
    case Ask::From::unreadable: text.fields = "Last-Event-ID: 42\r\n"; break;
  }
  return text;
}

}  // namespace pushwire::simulation
