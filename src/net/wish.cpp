#include "net/wish.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "log/subscription.hpp"
#include "net/http/syntax.hpp"
#include "protocol/query.hpp"

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

bool flag(std::string_view parameter, const std::optional<std::string>& value) {
  if (!value || *value == "0") return false;
  if (*value == "1") return true;
  throw Refusal(400, std::string(parameter) + ": " + quoted(*value) + " is neither 0 nor 1");
}

// The parameters that a wish is made of; of those that come twice, the first.
struct Parameters {
  explicit Parameters(std::string_view query) {
    query::each(query, [&](std::string_view name, std::string_view value) {
      std::optional<std::string>* wanted = find(query::is_plain(name) ? name : std::string_view(query::decoded(name)));
      if (wanted != nullptr && !*wanted) *wanted = query::decoded(value);
      return true;
    });
  }

  std::optional<std::string> events, fresh, after, at, envelope, wait_ms, heartbeat_ms;

 private:
  std::optional<std::string>* find(std::string_view name) noexcept {
    if (name == "events") return &events;
    if (name == "fresh") return &fresh;
    if (name == "after") return &after;
    if (name == "at") return &at;
    if (name == "envelope") return &envelope;
    if (name == "wait_ms") return &wait_ms;
    if (name == "heartbeat_ms") return &heartbeat_ms;
    return nullptr;
  }
};

}  // namespace

Wish read_wish(const Request& request, std::size_t most_names, std::chrono::milliseconds longest_heartbeat) {
  const Parameters asked(request.query);
  Wish wish;
  if (asked.events) wish.events = names("events", *asked.events, most_names);
  if (asked.fresh && !asked.fresh->empty()) wish.fresh = names("fresh", *asked.fresh, most_names);
  wish.with_time = flag("at", asked.at);
  wish.envelope = flag("envelope", asked.envelope);
  if (asked.wait_ms) wish.wait = milliseconds("wait_ms", *asked.wait_ms, kLongestWaitMs);
  if (asked.heartbeat_ms) {
    wish.heartbeat = Heartbeat::asked(milliseconds("heartbeat_ms", *asked.heartbeat_ms, UINT32_MAX), longest_heartbeat);
  }
  if (const auto last = request.field("Last-Event-ID"); last && !last->empty()) {
    const auto cursor = Cursor::parse(*last);
    wish.after = cursor ? Wish::After::cursor : Wish::After::unreadable;
    wish.cursor = cursor.value_or(Cursor{});
    wish.named = *last;
  } else if (asked.after && *asked.after != "latest") {
    const std::string& after = *asked.after;
    const auto cursor = Cursor::parse(after);
    if (after == "earliest") wish.after = Wish::After::earliest;
    else if (cursor) wish.after = Wish::After::cursor;
    else throw Refusal(400, "after: " + quoted(after) + " is neither a cursor nor latest nor earliest");
    wish.cursor = cursor.value_or(Cursor{});
    wish.named = after;
  }
  for (const std::string& name : wish.fresh) wish.named += "," + name;
  return wish;
}

}  // namespace pushwire::net
