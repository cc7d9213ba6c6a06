#include "session/client_frame.hpp"

#include <nlohmann/json.hpp>

#include "log/subscription.hpp"
#include "protocol/json_scan.hpp"

namespace pushwire::session {

namespace {

using Json = nlohmann::json;
constexpr std::uint64_t kHighestId = 1ull << 53;  // a number that every JSON reader has exactly

// Discarded where it is not exactly one JSON text.
Json parse(std::string_view text) {
  return has_mark_or_nul(text) ? Json(Json::value_t::discarded) : Json::parse(text, nullptr, false);
}

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

bool read_id(const Json& id, ClientFrame& frame) {
  if (!id.is_number_unsigned()) return false;
  const auto number = id.get<std::uint64_t>();
  if (number < 1 || number > kHighestId) return false;
  frame.id = number;
  return true;
}

ClientFrame read_client_frame(const Json& said, const FrameLimits& limits) {
  if (!said.is_object()) return unusable("the frame is not a JSON object");

  ClientFrame frame;
  const auto member = [&](const char* name) -> const Json* {
    const auto found = said.find(name);
    return found == said.end() ? nullptr : &*found;
  };
  const Json* const id = member("id");
  const bool numbered = id != nullptr && read_id(*id, frame);

  if (const Json* events = member("subscribe")) {
    if (!read_names(*events, "subscribe", limits.names, frame.events, frame.fault)) return unusable(frame.fault);
    if (frame.events.empty()) return unusable("subscribe: no name; \"*\" is every event type");
    if (const Json* fresh = member("fresh");
        fresh && !read_names(*fresh, "fresh", limits.names, frame.fresh, frame.fault)) {
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
    if (!numbered && (id != nullptr || kind == ClientFrame::Kind::request)) {
      return unusable(std::string(word) + ": id is not a number of 1 to 2^53");
    }
    const Json* data = member("data");
    frame.data = data == nullptr ? "null" : data->dump();
    frame.kind = kind;
    return frame;
  }
  if (const Json* ack = member("ack")) {
    if (!read_id(*ack, frame)) return unusable("ack is not a number of 1 to 2^53");
    frame.kind = ClientFrame::Kind::ack;
    return frame;
  }
  if (const Json* control = member("control"); control != nullptr && *control == "ping") {
    frame.kind = ClientFrame::Kind::ping;
    return frame;
  }
  return unusable("the frame has none of subscribe, send, request, ack and control");
}

}  // namespace

ClientFrame parse_client_frame(std::string_view json, const FrameLimits& limits) {
  if (nests_deeper(json, limits.depth)) return unusable("the frame nests deeper than " + std::to_string(limits.depth));
  const Json said = parse(json);
  if (said.is_discarded()) return unusable("the frame is not JSON");
  return read_client_frame(said, limits);
}

ClientFrames parse_client_frames(std::string_view json, const FrameLimits& limits, std::size_t most) {
  ClientFrames all;
  if (nests_deeper(json, limits.depth + 1)) {
    all.fault = "a frame nests deeper than " + std::to_string(limits.depth);
    return all;
  }
  const Json said = parse(json);
  if (said.is_discarded()) all.fault = "the body is not JSON";
  else if (!said.is_array()) all.fault = "the body is not an array of client frames";
  else if (said.size() > most) all.fault = "the body has more than " + std::to_string(most) + " frames";
  else
    for (const Json& frame : said) all.frames.push_back(read_client_frame(frame, limits));
  return all;
}

}  // namespace pushwire::session
