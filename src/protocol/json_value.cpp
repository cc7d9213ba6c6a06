#include "pushwire/json_value.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "protocol/json_scan.hpp"

namespace pushwire {
namespace {

using Json = nlohmann::json;
using Kind = JsonValue::Kind;

constexpr std::size_t kMostDepth = 1000;              // text() goes down by recursion
constexpr double kExactDoubles = 9007199254740992.0;  // 2^53: up to it, every integer is a double of its own

const Json& json_of(const void* value) noexcept {
  static const Json kNull;
  return value == nullptr ? kNull : *static_cast<const Json*>(value);
}

std::string_view word(Kind kind) noexcept {
  switch (kind) {
    case Kind::null: return "null";
    case Kind::boolean: return "a boolean";
    case Kind::number: return "a number";
    case Kind::string: return "a string";
    case Kind::array: return "an array";
    case Kind::object: return "an object";
  }
  return "null";
}

[[noreturn]] void refuse(std::string_view expected, const JsonValue& found) {
  std::string reason = "expected ";
  reason += expected;
  reason += ", found ";
  reason += word(found.kind());
  throw DecodeError(reason);
}

template <class Integer>
[[noreturn]] void refuse_integer(Integer lowest, std::uint64_t highest, const JsonValue& found) {
  if (found.kind() != Kind::number) refuse("an integer", found);
  throw DecodeError("expected an integer of " + std::to_string(lowest) + " to " + std::to_string(highest) + ", found " +
                    found.text());
}

// The integer that a number with a fraction or an exponent is, where that is certain.
std::optional<std::int64_t> integer_in(double number) noexcept {
  if (!(std::fabs(number) <= kExactDoubles) || std::trunc(number) != number) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

}  // namespace

Kind JsonValue::kind() const noexcept {
  const Json& json = json_of(value_);
  if (json.is_boolean()) return Kind::boolean;
  if (json.is_number()) return Kind::number;
  if (json.is_string()) return Kind::string;
  if (json.is_array()) return Kind::array;
  if (json.is_object()) return Kind::object;
  return Kind::null;
}

bool JsonValue::boolean() const {
  if (kind() != Kind::boolean) refuse("true or false", *this);
  return json_of(value_).get<bool>();
}

double JsonValue::number() const {
  if (kind() != Kind::number) refuse("a number", *this);
  return json_of(value_).get<double>();
}

std::int64_t JsonValue::signed_integer(std::int64_t lowest, std::int64_t highest) const {
  const Json& json = json_of(value_);
  std::optional<std::int64_t> integer;
  if (json.is_number_unsigned()) {
    const auto number = json.get<std::uint64_t>();
    if (number <= static_cast<std::uint64_t>(highest)) integer = static_cast<std::int64_t>(number);
  } else if (json.is_number_integer()) {
    integer = json.get<std::int64_t>();
  } else if (json.is_number_float()) {
    integer = integer_in(json.get<double>());
  }
  if (!integer || *integer < lowest || *integer > highest) {
    refuse_integer(lowest, static_cast<std::uint64_t>(highest), *this);
  }
  return *integer;
}

std::uint64_t JsonValue::unsigned_integer(std::uint64_t highest) const {
  const Json& json = json_of(value_);
  if (json.is_number_unsigned()) {
    const auto number = json.get<std::uint64_t>();
    if (number <= highest) return number;
  } else if (json.is_number_float()) {
    const std::optional<std::int64_t> integer = integer_in(json.get<double>());
    if (integer && *integer >= 0 && static_cast<std::uint64_t>(*integer) <= highest) {
      return static_cast<std::uint64_t>(*integer);
    }
  } else if (json.is_number_integer() && json.get<std::int64_t>() == 0) {
    return 0;  // "-0"
  }
  refuse_integer(0, highest, *this);
}

std::string_view JsonValue::string() const {
  if (kind() != Kind::string) refuse("a string", *this);
  return json_of(value_).get_ref<const std::string&>();
}

std::size_t JsonValue::size() const {
  const Json& json = json_of(value_);
  if (!json.is_array() && !json.is_object()) refuse("an array or an object", *this);
  return json.size();
}

std::size_t JsonValue::array_size() const {
  const Json& json = json_of(value_);
  if (!json.is_array()) refuse("an array", *this);
  return json.size();
}

JsonValue JsonValue::operator[](std::size_t index) const {
  const std::size_t size = array_size();
  if (index < size) return JsonValue(&json_of(value_)[index]);
  DecodeError error("is missing, the array has " + std::to_string(size) + (size == 1 ? " item" : " items"));
  error.prefix(index);
  throw error;
}

std::optional<JsonValue> JsonValue::find(std::string_view name) const {
  const Json& json = json_of(value_);
  if (!json.is_object()) refuse("an object", *this);
  const auto& members = json.get_ref<const Json::object_t&>();
  const auto found = members.find(name);
  if (found == members.end()) return std::nullopt;
  return JsonValue(&found->second);
}

JsonValue JsonValue::at(std::string_view name) const {
  if (const std::optional<JsonValue> member = find(name)) return *member;
  DecodeError error("is missing");
  error.prefix(name);
  throw error;
}

void JsonValue::visit_members(Visitor visitor, const void* callable) const {
  const Json& json = json_of(value_);
  if (!json.is_object()) refuse("an object", *this);
  for (const auto& [name, member] : json.get_ref<const Json::object_t&>()) {
    try {
      visitor(callable, name, JsonValue(&member));
    } catch (DecodeError& error) {
      error.prefix(name);
      throw;
    }
  }
}

std::string JsonValue::text() const { return json_of(value_).dump(); }

struct JsonDocument::Parsed {
  Json root;
};

JsonDocument::JsonDocument(std::unique_ptr<const Parsed> parsed) noexcept : parsed_(std::move(parsed)) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

std::optional<JsonDocument> JsonDocument::parse(std::string_view text, std::size_t depth) {
  if (has_mark_or_nul(text) || nests_deeper(text, std::min(depth, kMostDepth))) return std::nullopt;
  Json root = Json::parse(text.begin(), text.end(), nullptr, false);
  if (root.is_discarded()) return std::nullopt;
  return JsonDocument(std::make_unique<const Parsed>(Parsed{std::move(root)}));
}

JsonValue JsonDocument::root() const noexcept { return parsed_ ? JsonValue(&parsed_->root) : JsonValue(); }

}  // namespace pushwire
