#include "load/deliveries.hpp"

#include <charconv>
#include <cstddef>
#include <optional>
#include <system_error>

namespace pushwire::bench::load {
namespace {

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
    : sequence_key_('"' + sequence_field + "\":"), time_key_('"' + time_field + "\":"), count_(count) {}

bool Deliveries::take(Place& place, std::string_view payload, std::uint64_t arrived) {
  const std::uint64_t before = tally_.messages;
  std::string_view rest = payload;
  for (std::size_t at = 0; (at = rest.find(sequence_key_)) != std::string_view::npos;) {
    const std::string_view behind = rest.substr(at + sequence_key_.size());
    if (const auto number = number_at(behind)) {
      ++tally_.messages;
      check(place, *number);
      if (place.timed) {
        const std::size_t time = rest.substr(0, at).find(time_key_);
        const auto emitted =
            time == std::string_view::npos ? std::nullopt : number_at(rest.substr(time + time_key_.size()));
        if (emitted) latencies_.add(*emitted, arrived);
      }
    }
    rest = behind;
  }
  if (tally_.messages == before) {
    ++tally_.other;
    return false;
  }
  tally_.bytes += payload.size();
  count_.set(tally_.messages);
  return true;
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
