#include "load/deliveries.hpp"

#include <charconv>
#include <cstddef>
#include <optional>
#include <system_error>

namespace pushwire::bench::load {
namespace {

// What stands behind a JSON member's name; `key` is that name with what follows it. A name's first letter is much rarer than
// the quotation mark before it, and most of the time goes into looking for it.
std::optional<std::size_t> find_value(std::string_view text, std::string_view key) {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    if (at > 0 && text[at - 1] == '"') return at + key.size();
  }
  return std::nullopt;
}

// The number that `text` begins with, also as a JSON string.
std::optional<std::uint64_t> number_at(std::string_view text) {
  const std::size_t digits = text.find_first_not_of(" \"");
  if (digits == std::string_view::npos) return std::nullopt;
  std::uint64_t number = 0;
  const auto result = std::from_chars(text.data() + digits, text.data() + text.size(), number);
  if (result.ec != std::errc{}) return std::nullopt;
  return number;
}

}  // namespace

Deliveries::Deliveries(const std::string& sequence_field, const std::string& time_field, DeliveryCount& count)
    : sequence_key_(sequence_field + "\":"), time_key_(time_field + "\":"), count_(count) {}

bool Deliveries::take(Place& place, std::string_view payload, std::uint64_t arrived) {
  const std::uint64_t before = tally_.messages;
  std::string_view rest = payload;
  while (const auto value = find_value(rest, sequence_key_)) {
    if (const auto number = number_at(rest.substr(*value))) {
      ++tally_.messages;
      check(place, *number);
      if (place.timed) time(rest.substr(0, *value), arrived);
    }
    rest.remove_prefix(*value);
  }
  if (tally_.messages == before) {
    ++tally_.other;
    return false;
  }
  tally_.bytes += payload.size();
  count_.set(tally_.messages);
  return true;
}

void Deliveries::time(std::string_view before, std::uint64_t arrived) {
  const auto value = find_value(before, time_key_);
  const auto emitted = value ? number_at(before.substr(*value)) : std::nullopt;
  if (emitted) latencies_.add(*emitted, arrived);
}

void Deliveries::check(Place& place, std::uint64_t number) {
  if (number > place.last) {
    if (place.last != 0) tally_.lost += number - place.last - 1;
    place.last = number;
  } else if (number == place.last) {
    ++tally_.duplicated;
  } else {
    ++tally_.disordered;
  }
}

}  // namespace pushwire::bench::load
