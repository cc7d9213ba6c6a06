// Opt-in: payloads of nlohmann::json, and of every type that nlohmann knows how to serialize (to_json), for hosts that
// use nlohmann-json (>= 3.9) themselves. The only public header that includes a third-party one.
//
//   struct Reading { double celsius; };
//   NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Reading, celsius)
//   PUSHWIRE_NLOHMANN(Reading)                     // at namespace scope, outside any namespace
//   auto reading = web.event<Reading>("reading", pushwire::latest());
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "pushwire/codec.hpp"

namespace pushwire {

template <class T>
struct NlohmannCodec {
  static void encode(const T& value, std::string& out) {
    // error_handler_t::replace: bytes that are not UTF-8 become U+FFFD, as for plain strings.
    out += nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
};

template <>
struct Codec<nlohmann::json> : NlohmannCodec<nlohmann::json> {};
template <>
struct Codec<nlohmann::ordered_json> {
  static void encode(const nlohmann::ordered_json& value, std::string& out) {
    out += value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }
};

}  // namespace pushwire

#define PUSHWIRE_NLOHMANN(Type) \
  template <>                   \
  struct pushwire::Codec<Type> : pushwire::NlohmannCodec<Type> {};
