#include "session/client_frame.hpp"

#include <nlohmann/json.hpp>

#include "log/subscription.hpp"
#include "protocol/json_scan.hpp"

namespace pushwire::session {

namespace {

using Json = nlohmann::json;
constexpr std::size_t kDepth = 32;

ClientFrame unusable(std::string fault, std::optional<std::uint64_t> id = std::nullopt) {
  ClientFrame frame;
  frame.fault = std::move(fault);
  frame.id = id;
  return frame;
}

std::string shown(const std::string& text) {
  std::string out = "\"";
  for (const char c : text.substr(0, 100)) out += c >= 0x20 && c < 0x7F && c != '"' && c != '\\' ? c : '?';
  return out += text.size() > 100 ? "…\"" : "\"";
}

// False: `fault` says why.
bool read_names(const Json& list, const char* member, std::size_t most, std::vector<std::string>& names,
                std::string& fault) {
  if (!list.is_array()) return fault = std::string(member) + " is not an array", false;
  if (list.size() > most) return fault = std::string(member) + ": more than " + std::to_string(most) + " names", false;
  for (const Json& item : list) {
    if (!item.is_string()) return fault = std::string(member) + ": an item is not a string", false;
    const auto& name = item.get_ref<const std::string&>();
    if (!log::Subscription::valid_pattern(name)) {
      return fault = std::string(member) + ": " + shown(name) + " is no name of an event type", false;
    }
    names.push_back(name);
  }
  return true;
}

}  // namespace

ClientFrame parse_client_frame(std::string_view json, std::size_t names) {
  if (nests_deeper(json, kDepth)) return unusable("the frame nests deeper than " + std::to_string(kDepth));
  const Json said = Json::parse(json, nullptr, false);
  if (said.is_discarded()) return unusable("the frame is not JSON");
  if (!said.is_object()) return unusable("the frame is not a JSON object");

  ClientFrame frame;
  const auto member = [&](const char* name) -> const Json* {
    const auto found = said.find(name);
    return found == said.end() ? nullptr : &*found;
  };
  if (const Json* id = member("id"); id != nullptr && id->is_number_unsigned()) frame.id = id->get<std::uint64_t>();

  if (const Json* events = member("subscribe")) {
    if (!read_names(*events, "subscribe", names, frame.events, frame.fault)) return unusable(frame.fault);
    if (frame.events.empty()) return unusable("subscribe: no name; \"*\" is every event type");
    if (const Json* fresh = member("fresh"); fresh && !read_names(*fresh, "fresh", names, frame.fresh, frame.fault)) {
      return unusable(frame.fault);
    }
    frame.kind = ClientFrame::Kind::subscribe;
    return frame;
  }
  for (const auto& [word, kind] :
       {std::pair{"request", ClientFrame::Kind::request}, {"send", ClientFrame::Kind::send}}) {
    const Json* name = member(word);
    if (name == nullptr) continue;
    if (!name->is_string()) return unusable(std::string(word) + " is not a string", frame.id);
    frame.name = name->get<std::string>();
    if (!log::valid_type_name(frame.name))
      return unusable(std::string(word) + ": " + shown(frame.name) + " is no name", frame.id);
    if (kind == ClientFrame::Kind::request && !frame.id) return unusable("request: id is not a number of 0 to 2^64-1");
    frame.kind = kind;
    return frame;
  }
  if (const Json* ack = member("ack")) {
    if (!ack->is_number_unsigned()) return unusable("ack is not a number of 0 to 2^64-1");
    frame.id = ack->get<std::uint64_t>();
    frame.kind = ClientFrame::Kind::ack;
    return frame;
  }
  if (const Json* control = member("control"); control != nullptr && *control == "ping") {
    frame.kind = ClientFrame::Kind::ping;
    return frame;
  }
  return unusable("the frame has none of subscribe, send, request, ack and control");
}

}  // namespace pushwire::session
