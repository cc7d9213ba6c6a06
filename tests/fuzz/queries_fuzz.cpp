// What a reader asks for: any query and any Last-Event-ID are understood as the protocol says, or refused; what is
// written by us is read as it was.
//
// An input's first line is a Last-Event-ID, the rest a query.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "builtin_transports.hpp"
#include "fuzz/fuzz.hpp"
#include "log/subscription.hpp"
#include "net/fakes.hpp"
#include "net/hub.hpp"
#include "net/test_sessions.hpp"
#include "pushwire/cursor.hpp"
#include "pushwire/json_value.hpp"

namespace {

using pushwire::Cursor;
using pushwire::JsonDocument;
using pushwire::fuzz::check;
using pushwire::log::Subscription;

// The WHATWG URL standard's application/x-www-form-urlencoded parser, section 5.1.
using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string decoded(std::string_view text) {
  const auto digit = [&](std::size_t at) -> int {
    constexpr std::string_view kDigits = "0123456789abcdef0123456789ABCDEF";
    const std::size_t found = at < text.size() ? kDigits.find(text[at]) : std::string_view::npos;
    return found == std::string_view::npos ? -1 : static_cast<int>(found % 16);
  };
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%' && digit(at + 1) >= 0 && digit(at + 2) >= 0) {
      out += static_cast<char>(digit(at + 1) * 16 + digit(at + 2));
      at += 2;
    } else {
      out += text[at] == '+' ? ' ' : text[at];
    }
  }
  return out;
}

Pairs pairs_of(std::string_view query) {
  Pairs pairs;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    pairs.emplace_back(decoded(pair.substr(0, equals)), decoded(pair.substr(std::min(equals + 1, pair.size()))));
  }
  return pairs;
}

std::optional<std::string> first(const Pairs& pairs, std::string_view name) {
  const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == name; });
  if (found == pairs.end()) return std::nullopt;
  return found->second;
}

std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += '%';
    out += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4];
    out += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

void judge_parameters(std::string_view query, const Pairs& pairs) {
  pushwire::Request request;
  request.query = query;
  for (const auto& [name, value] : pairs) {
    check(request.parameter(name) == first(pairs, name), "a parameter is the first one of its name");
  }
  const std::string written = "x=1&" + encoded(query) + "=" + encoded(query) + "&" + encoded(query) + "=2";
  request.query = written;
  if (query != "x") check(request.parameter(query) == query, "what is percent-encoded is read as it was");
}

void judge_cursor(std::string_view text) {
  if (const auto cursor = Cursor::parse(text)) check(cursor->text() == text, "a cursor has one form");
  Cursor made;
  for (std::size_t at = 0; at < made.epoch.size(); ++at) {
    made.epoch[at] =
        "0123456789abcdefghijklmnopqrstuvwxyz"[at < text.size() ? static_cast<unsigned char>(text[at]) % 36 : 0];
  }
  if (text.size() >= 16) std::memcpy(&made.sequence, text.data() + 8, sizeof made.sequence);
  check(made.text().size() <= 29 && Cursor::parse(made.text()) == made, "a cursor is read as it was written");
}

void judge_pattern(std::string_view text) {
  const bool is_name = pushwire::log::valid_type_name(text);
  const bool is_pattern = Subscription::valid_pattern(text);
  check(is_pattern || !is_name, "a name is a pattern");
  const Subscription subscription({std::string(text)});
  if (is_name) check(subscription.matches(text), "a name matches itself");
  if (!is_pattern || is_name || text == "*") return;
  const std::string prefix(text.substr(0, text.size() - 1));
  check(prefix.back() == '.' && pushwire::log::valid_type_name(prefix), "a pattern is a prefix and an asterisk");
  const std::string without = prefix.substr(0, prefix.size() - 1);
  check(!subscription.matches(without), "a pattern does not match what is before its dot");
  check(!subscription.matches(without + "-x"), "a pattern does not match another prefix");
  if (prefix.size() < 128) check(subscription.matches(prefix + "x"), "a pattern matches what begins like it");
}

// --- a server, asked by poll ---

struct Answer {
  int status = 0;
  std::string body;
};

class Polled {
 public:
  Polled() {
    for (const char* name : {"counter", "sensor.temperature"}) {
      pushwire::Retention retention;
      retention.kind = pushwire::Retention::Kind::history;
      watchers_.add_type(name);
      const auto type = log_.add_type(name, retention, pushwire::Event::Payload::json);
      for (int count = 0; count < 3; ++count)
        log_.append(type, false, {}, "1", pushwire::Event::Payload::json, clock_.now());
    }
    hub_.turn();
  }

  Answer ask(std::string_view query, std::string_view last_event_id) {
    auto wire = std::make_shared<pushwire::net::ShortWire>();
    hub_.accept(wire);
    wire->incoming = "GET /pushwire/poll?" + std::string(query) +
                     " HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: " + std::string(last_event_id) +
                     "\r\nConnection: close\r\n\r\n";
    wire->observer().on_readable();
    hub_.turn();
    if (!wire->closed) {
      wire->gone = true;
      wire->observer().on_readable();
    }
    check(wire->closed, "a connection ends");
    clock_.ms += 40'000;  // what is remembered of a poll ends
    hub_.tick();
    hub_.reap();
    check(hub_.connections() == 0, "nothing is left of a connection");
    const std::string& all = wire->outgoing;
    const std::size_t head = all.find("\r\n\r\n");
    check(all.rfind("HTTP/1.1 ", 0) == 0 && head != std::string::npos, "an answer is HTTP");
    return {std::atoi(all.c_str() + 9), all.substr(head + 4)};
  }

  Cursor head() const { return {pushwire::net::kEpoch, 6}; }

 private:
  pushwire::log::EventLog log_{pushwire::net::kEpoch, {}};
  pushwire::log::Watchers watchers_;
  pushwire::net::HandClock clock_;
  const std::vector<std::shared_ptr<const pushwire::Transport>> transports_ = pushwire::builtin_transports({});
  pushwire::net::NoPaths responder_;
  pushwire::net::Counters counters_;
  pushwire::net::TestSessions sessions_{log_};
  pushwire::net::Hub hub_{
      settings(), {log_, watchers_, clock_, transports_, responder_, *sessions_.service, counters_, sessions_.mailbox}};

  static pushwire::net::HubSettings settings() {
    pushwire::net::HubSettings settings;
    settings.want_turn = [] {};
    return settings;
  }
};

// --- docs/protocol.md, once more ---

bool are_patterns(const std::optional<std::string>& list, bool may_be_empty) {
  if (!list || (list->empty() && may_be_empty)) return true;
  std::string_view rest = *list;
  for (std::size_t count = 1;; ++count) {
    const std::size_t comma = rest.find(',');
    if (count > 256 || !Subscription::valid_pattern(rest.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    rest.remove_prefix(comma + 1);
  }
}

bool is_number(const std::optional<std::string>& text, std::uint64_t most) {
  if (!text) return true;
  if (text->empty() || text->find_first_not_of("0123456789") != std::string::npos) return false;
  const std::string digits = text->substr(std::min(text->find_first_not_of('0'), text->size() - 1));
  return digits.size() <= 10 && std::stoull(digits) <= most;
}

bool is_flag(const std::optional<std::string>& text) { return !text || text == "0" || text == "1"; }

bool is_asked_well(const Pairs& pairs, std::string_view last_event_id) {
  const auto after = first(pairs, "after");
  return are_patterns(first(pairs, "events"), false) && are_patterns(first(pairs, "fresh"), true) &&
         is_flag(first(pairs, "at")) && is_flag(first(pairs, "envelope")) &&
         is_number(first(pairs, "wait_ms"), 60'000) && is_number(first(pairs, "heartbeat_ms"), UINT32_MAX) &&
         (!last_event_id.empty() || !after || after == "latest" || after == "earliest" || Cursor::parse(*after));
}

// Where reading begins; none at the end or the beginning of what there is. Unreadable ones are of no epoch.
std::optional<Cursor> place_of(const Pairs& pairs, std::string_view last_event_id) {
  if (!last_event_id.empty()) return Cursor::parse(last_event_id).value_or(Cursor{});
  const auto after = first(pairs, "after");
  return after ? Cursor::parse(*after) : std::nullopt;
}

void judge_poll(std::string_view query, std::string_view last_event_id, const Pairs& pairs) {
  static Polled polled;
  const Answer answer = polled.ask(query, last_event_id);
  const bool well = is_asked_well(pairs, last_event_id);
  check(answer.status == (well ? 200 : 400), "what the protocol has is answered, all else is refused");
  const auto document = JsonDocument::parse(answer.body);
  check(document.has_value(), "an answer's body is JSON");
  if (!well) return check(document->root().at("detail").string().size() < 400, "a refusal is a sentence");
  const auto place = place_of(pairs, last_event_id);
  const bool known = place && place->epoch == polled.head().epoch && place->sequence <= polled.head().sequence;
  const std::string resume(document->root().at("resume").string());
  check(!place || resume == (known ? "ok" : "reset"), "a cursor that is not ours is said to be none");
  check(place || resume == "new", "who has no cursor is new");
  const std::string cursor(document->root().at("cursor").string());
  check(Cursor::parse(cursor) == polled.head(), "an answer's cursor is where reading goes on");
  const Answer again = polled.ask("after=" + cursor, {});
  check(again.body.find("\"resume\":\"ok\"") != std::string::npos &&
            again.body.find("\"events\":[]") != std::string::npos,
        "what has been read does not come again");
}

// As a head can carry it.
bool is_line(std::string_view text, bool blanks) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c > 0x20 && c < 0x7F) || (blanks && (c == ' ' || static_cast<unsigned char>(c) >= 0x80));
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto parts = pushwire::fuzz::lines(pushwire::fuzz::view(bytes, size), 2);
  std::string_view last_event_id = parts[0];
  const std::string_view query = parts[1];
  const Pairs pairs = pairs_of(query);
  judge_parameters(query, pairs);
  for (const std::string_view text : {last_event_id, query}) {
    judge_cursor(text);
    judge_pattern(text);
  }
  for (const auto& [name, value] : pairs) {
    judge_cursor(value);
    judge_pattern(value);
  }
  const bool blank_ends = !last_event_id.empty() && (last_event_id.front() == ' ' || last_event_id.back() == ' ');
  if (is_line(query, false) && query.find('#') == std::string_view::npos && is_line(last_event_id, true) &&
      !blank_ends) {
    judge_poll(query, last_event_id, pairs);
  }
  return 0;
}
