// Opt-in: payloads and messages of nlohmann::json, and of every type that nlohmann knows how to serialize (to_json) and to
// read (from_json; either is enough where the other is not used), for hosts that use nlohmann-json (>= 3.9) themselves.
// The only public header that includes a third-party one. What from_json throws as a nlohmann::json::exception becomes a
// DecodeError.
//
//   struct Reading { double celsius; };
//   NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Reading, celsius)
//   PUSHWIRE_NLOHMANN(Reading)                     // at namespace scope, outside any namespace
//   auto reading = web.event<Reading>("reading", pushwire::latest());
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "pushwire/codec.hpp"
#include "pushwire/json_value.hpp"

namespace pushwire {
namespace detail {

// By way of the text, since the host's nlohmann-json may be another version than the library's own.
template <class Json, class T>
T from_nlohmann(const JsonValue& value) {
  try {
    return Json::parse(value.text()).template get<T>();
  } catch (const typename Json::exception& error) {
    std::string_view reason = error.what();  // "[json.exception.type_error.302] type must be number, but is string"
    if (reason.substr(0, 1) == "[") reason.remove_prefix(reason.find(']') + 1);
    if (reason.substr(0, 1) == " ") reason.remove_prefix(1);
    throw DecodeError(reason);
  }
}

}  // namespace detail

template <class T>
struct NlohmannCodec {
  static void encode(const T& value, std::string& out) {
    // error_handler_t::replace: bytes that are not UTF-8 become U+FFFD, as for plain strings.
    out += nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  static T decode(const JsonValue& value) { return detail::from_nlohmann<nlohmann::json, T>(value); }
};

template <>
struct Codec<nlohmann::json> : NlohmannCodec<nlohmann::json> {};
template <>
struct Codec<nlohmann::ordered_json> {
  static void encode(const nlohmann::ordered_json& value, std::string& out) {
    out += value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }
  static nlohmann::ordered_json decode(const JsonValue& value) {
    return detail::from_nlohmann<nlohmann::ordered_json, nlohmann::ordered_json>(value);
  }
};

}  // namespace pushwire

#define PUSHWIRE_NLOHMANN(Type) \
  template <>                   \
  struct pushwire::Codec<Type> : pushwire::NlohmannCodec<Type> {};
