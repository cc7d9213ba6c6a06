#include "server/items.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace pushwire {

namespace {

using Json = nlohmann::json;

void take(const Json& from, const char* name, std::string& into) {
  if (const auto found = from.find(name); found != from.end()) into = found->get<std::string>();
}

Item item_of_json(const Json& json) {
  if (!json.is_object()) throw std::runtime_error("not an object: " + json.dump());
  Item item;
  for (const auto& [name, member] : {std::pair{"id", &Item::id},
                                     {"event", &Item::event},
                                     {"key", &Item::key},
                                     {"base64", &Item::base64},
                                     {"control", &Item::control},
                                     {"cursor", &Item::cursor},
                                     {"resume", &Item::resume},
                                     {"session", &Item::session},
                                     {"session_state", &Item::session_state},
                                     {"from", &Item::from},
                                     {"to", &Item::to},
                                     {"reason", &Item::reason},
                                     {"reconnect", &Item::reconnect}}) {
    take(json, name, item.*member);
  }
  if (json.contains("data")) item.data = json["data"].dump();
  item.snapshot = json.value("snapshot", false);
  item.removed = json.value("removed", false);
  if (json.contains("at")) item.at = json["at"].get<std::int64_t>();
  if (json.contains("after_ms")) item.after_ms = json["after_ms"].get<std::uint64_t>();
  if (json.contains("types")) item.types = json["types"].get<std::vector<std::string>>();
  if (json.contains("events")) item.events = json["events"].get<std::vector<std::string>>();
  if (json.contains("reply") && json["reply"].is_number()) item.reply = json["reply"].get<std::uint64_t>();
  if (json.contains("error")) {
    take(json["error"], "code", item.error_code);
    take(json["error"], "message", item.error_message);
  }
  return item;
}

}  // namespace

Item item_of(std::string_view json) {
  Item item = item_of_json(Json::parse(json));
  item.json = json;
  return item;
}

Item item_of(const StreamMessage& message) {
  const bool control = message.type.compare(0, 9, "pushwire.") == 0;
  Item item;
  if (control) {
    item = item_of(std::string_view(message.data));
  } else {
    item.event = message.type;
    item.data = Json::parse(message.data).dump();
  }
  item.json = message.data;
  item.id = message.last_event_id;
  return item;
}

PolledAnswer polled(std::string_view body) {
  const Json json = Json::parse(body);
  PolledAnswer answer;
  take(json, "cursor", answer.cursor);
  take(json, "resume", answer.resume);
  answer.more = json.value("more", false);
  for (const Json& event : json.at("events")) {
    answer.items.push_back(item_of_json(event));
    answer.items.back().json = event.dump();
  }
  return answer;
}

Problem problem_of(std::string_view body) {
  const Json json = Json::parse(body);
  return {json.at("type"), json.at("title"), json.at("detail"), json.at("status")};
}

std::uint64_t sequence_of(std::string_view cursor) {
  return std::stoull(std::string(cursor.substr(cursor.find('-') + 1)));
}

std::string epoch_of(std::string_view cursor) { return std::string(cursor.substr(0, cursor.find('-'))); }

std::string said(const std::vector<Item>& items) {
  std::string out;
  for (const Item& item : items) {
    if (!out.empty()) out += ' ';
    if (!item.control.empty()) {
      out += item.control;
      continue;
    }
    out += item.event;
    if (!item.key.empty()) out += '[' + item.key + ']';
    out += item.removed ? "-" : '=' + item.data;
  }
  return out;
}

}  // namespace pushwire
