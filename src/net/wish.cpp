#include "net/wish.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>

#include "log/subscription.hpp"
#include "net/http/syntax.hpp"

namespace pushwire::net {

namespace {

using syntax::quoted;

constexpr std::uint32_t kLongestWaitMs = 60'000;

std::vector<std::string> names(std::string_view parameter, std::string_view list, std::size_t most) {
  std::vector<std::string> found;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t comma = std::min(list.find(',', at), list.size());
    const std::string_view name = list.substr(at, comma - at);
    if (!log::Subscription::valid_pattern(name)) {
      throw Refusal(400, std::string(parameter) + ": " + quoted(name) + " is no name of an event type");
    }
    if (found.size() == most) {
      throw Refusal(400, std::string(parameter) + ": more than " + std::to_string(most) + " names");
    }
    found.emplace_back(name);
    at = comma + 1;
  }
  return found;
}

// Milliseconds, in decimal, 0 to `most`.
std::chrono::milliseconds milliseconds(std::string_view parameter, std::string_view text, std::uint32_t most) {
  std::uint32_t ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (error != std::errc{} || end != text.data() + text.size() || ms > most) {
    throw Refusal(400,
                  std::string(parameter) + ": " + quoted(text) + " is not a number of 0 to " + std::to_string(most));
  }
  return std::chrono::milliseconds(ms);
}

bool flag(const Request& request, std::string_view name) {
  const auto value = request.parameter(name);
  if (!value || *value == "0") return false;
  if (*value == "1") return true;
  throw Refusal(400, std::string(name) + ": " + quoted(*value) + " is neither 0 nor 1");
}

}  // namespace

Wish read_wish(const Request& request, std::size_t most_names, std::chrono::milliseconds longest_heartbeat) {
  Wish wish;
  if (const auto events = request.parameter("events")) wish.events = names("events", *events, most_names);
  if (const auto fresh = request.parameter("fresh"); fresh && !fresh->empty())
    wish.fresh = names("fresh", *fresh, most_names);
  wish.with_time = flag(request, "at");
  wish.envelope = flag(request, "envelope");
  if (const auto wait = request.parameter("wait_ms")) wish.wait = milliseconds("wait_ms", *wait, kLongestWaitMs);
  if (const auto heartbeat = request.parameter("heartbeat_ms")) {
    wish.heartbeat = Heartbeat::asked(milliseconds("heartbeat_ms", *heartbeat, UINT32_MAX), longest_heartbeat);
  }
  if (const auto last = request.field("Last-Event-ID"); last && !last->empty()) {
    const auto cursor = Cursor::parse(*last);
    wish.after = cursor ? Wish::After::cursor : Wish::After::unreadable;
    wish.cursor = cursor.value_or(Cursor{});
    wish.named = *last;
  } else if (const auto after = request.parameter("after"); after && *after != "latest") {
    const auto cursor = Cursor::parse(*after);
    if (*after == "earliest") wish.after = Wish::After::earliest;
    else if (cursor) wish.after = Wish::After::cursor;
    else throw Refusal(400, "after: " + quoted(*after) + " is neither a cursor nor latest nor earliest");
    wish.cursor = cursor.value_or(Cursor{});
    wish.named = *after;
  }
  for (const std::string& name : wish.fresh) wish.named += "," + name;
  return wish;
}

}  // namespace pushwire::net
