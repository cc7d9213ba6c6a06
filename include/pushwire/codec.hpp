// How a C++ value becomes JSON (an event's payload, a reply) and how what a client sends becomes a C++ value. Built in:
// arithmetic types, bool, enums by their number, strings, bytes, vector, array, map and unordered_map with string keys,
// optional, RawJson. Types of your own by a specialization, with one of the two functions where that is enough:
//
//   template <> struct pushwire::Codec<Reading> {
//     static void encode(const Reading& r, std::string& out) { ... append JSON text ... }
//     static Reading decode(const JsonValue& v) { return {v.get<double>("celsius"), v.get<std::string>("at")}; }
//   };
//
// Both may throw: emit then answers EmitStatus::bad_payload, a handler's result becomes the error `failed`. decode throws
// DecodeError for what is the client's fault, which it is told. Both run on any thread, also on several at once.
// `pushwire/json.hpp` adapts nlohmann types.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "pushwire/event.hpp"
#include "pushwire/export.hpp"
#include "pushwire/json_value.hpp"
#include "pushwire/raw_json.hpp"

namespace pushwire {

// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
PUSHWIRE_API void append_json_string(std::string_view text, std::string& out);

// Appends the standard base64 alphabet of RFC 4648 section 4, padded, without quotes.
PUSHWIRE_API void append_base64(std::string_view bytes, std::string& out);

// What append_base64 wrote, and nothing else: nullopt for another alphabet, spaces, missing padding or bits behind the
// last byte that are not zero.
PUSHWIRE_API std::optional<std::string> decode_base64(std::string_view text);

template <class T, class Enable>
struct Codec;  // specialize for types of your own

namespace detail {

template <class T, class = void>
inline constexpr bool can_encode = false;
template <class T>
inline constexpr bool
    can_encode<T, std::void_t<decltype(Codec<T>::encode(std::declval<const T&>(), std::declval<std::string&>()))>> =
        true;

template <class T, class = void>
inline constexpr bool can_decode = false;
template <class T>
inline constexpr bool can_decode<T, std::void_t<decltype(Codec<T>::decode(std::declval<const JsonValue&>()))>> =
    std::is_convertible_v<decltype(Codec<T>::decode(std::declval<const JsonValue&>())), T>;

template <class T>
inline constexpr bool is_text_view = std::is_same_v<T, std::string_view> || std::is_same_v<T, const char*>;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
void encode_value(const T& value, std::string& out) {
  static_assert(
      can_encode<T>,
      "pushwire: Codec<T> has no encode(const T&, std::string&), so a T cannot be written as JSON; specialize "
      "Codec<T> (pushwire/codec.hpp) or use PUSHWIRE_NLOHMANN (pushwire/json.hpp)");
  if constexpr (can_encode<T>) Codec<T>::encode(value, out);
}

template <class T>
T decode_value(const JsonValue& value) {
  static_assert(!is_text_view<T>,
                "pushwire: std::string_view and const char* cannot be decoded, since nothing would own their bytes; "
                "take std::string");
  static_assert(can_decode<T> || is_text_view<T>,
                "pushwire: Codec<T> has no `T decode(const JsonValue&)`, so a T cannot be read from JSON; specialize "
                "Codec<T> (pushwire/codec.hpp) or use PUSHWIRE_NLOHMANN (pushwire/json.hpp)");
  if constexpr (can_decode<T>) return Codec<T>::decode(value);
  else throw DecodeError("a value of this type cannot be read");
}

}  // namespace detail

template <>
struct Codec<bool> {
  static void encode(bool value, std::string& out) { out += value ? "true" : "false"; }
  static bool decode(const JsonValue& value) { return value.boolean(); }
};

// A value as it is; what is decoded is a view of the document.
template <>
struct Codec<JsonValue> {
  static void encode(const JsonValue& value, std::string& out) { out += value.text(); }
  static JsonValue decode(const JsonValue& value) noexcept { return value; }
};

// Shortest text that reads back as the same number; NaN and the infinities, which JSON lacks, become null, and null
// becomes NaN. Integers take what JsonValue::integer takes, floating-point types any number in their range, to the
// nearest that they have. char is a number.
template <class T>
struct Codec<T, std::enable_if_t<std::is_arithmetic_v<T> && !std::is_same_v<T, bool>>> {
  static void encode(T value, std::string& out) {
    if constexpr (std::is_floating_point_v<T>) {
      if (!std::isfinite(value)) {
        out += "null";
        return;
      }
    }
    char text[64];
    const auto end = [&] {
      if constexpr (std::is_same_v<T, char>)
        return std::to_chars(text, text + sizeof text, static_cast<int>(value)).ptr;
      else if constexpr (std::is_same_v<T, long double>)
        return std::to_chars(text, text + sizeof text, static_cast<double>(value)).ptr;
      else return std::to_chars(text, text + sizeof text, value).ptr;
    }();
    out.append(text, end);
  }
  static T decode(const JsonValue& value) {
    if constexpr (std::is_floating_point_v<T>) {
      if (value.is_null()) return std::numeric_limits<T>::quiet_NaN();
      const double number = value.number();
      if constexpr (std::is_same_v<T, float>) return single_precision(number, value);
      else return static_cast<T>(number);
    } else {
      return value.integer<T>();
    }
  }

 private:
  // What encode wrote for the largest float is, as a double, a little more than it.
  static float single_precision(double number, const JsonValue& value) {
    constexpr double most = std::numeric_limits<float>::max();
    constexpr double rounded = most * (1 + std::numeric_limits<float>::epsilon() / 4.0);
    if (number > rounded || number < -rounded) {
      throw DecodeError("expected a number of single precision, found " + value.text());
    }
    if (number > most) return std::numeric_limits<float>::max();
    if (number < -most) return std::numeric_limits<float>::lowest();
    return static_cast<float>(number);
  }
};

// By number; any that the underlying type can hold is taken, whether an enumerator has it or not.
template <class T>
struct Codec<T, std::enable_if_t<std::is_enum_v<T> && !std::is_same_v<T, std::byte>>> {
  static void encode(T value, std::string& out) {
    Codec<std::underlying_type_t<T>>::encode(static_cast<std::underlying_type_t<T>>(value), out);
  }
  static T decode(const JsonValue& value) { return static_cast<T>(Codec<std::underlying_type_t<T>>::decode(value)); }
};

template <>
struct Codec<std::string_view> {
  static void encode(std::string_view value, std::string& out) { append_json_string(value, out); }
};

template <>
struct Codec<std::string> {
  using Argument = std::string_view;
  static void encode(std::string_view value, std::string& out) { append_json_string(value, out); }
  static std::string decode(const JsonValue& value) { return std::string(value.string()); }
};

template <>
struct Codec<const char*> {
  using Argument = std::string_view;
  static void encode(std::string_view value, std::string& out) { append_json_string(value, out); }
};

template <>
struct Codec<RawJson> {
  static void encode(const RawJson& value, std::string& out) {
    if (!value.checked && !is_json(value.text)) throw std::invalid_argument("pushwire: the payload is not JSON");
    out += value.text;
  }
  static RawJson decode(const JsonValue& value) { return trusted_json(value.text()); }
};

// Bytes travel as they are where the transport carries binary, as base64 elsewhere. Inside a larger value they are a
// base64 string.
template <class Byte>
struct BytesCodec {
  static constexpr Event::Payload format = Event::Payload::bytes;
  static std::string_view view(const std::vector<Byte>& value) noexcept {
    return {reinterpret_cast<const char*>(value.data()), value.size()};
  }
  static void encode_payload(const std::vector<Byte>& value, std::string& out) { out += view(value); }
  static void encode(const std::vector<Byte>& value, std::string& out) {
    out += '"';
    append_base64(view(value), out);
    out += '"';
  }
  static std::vector<Byte> decode(const JsonValue& value) {
    const auto bytes = decode_base64(value.string());
    if (!bytes) throw DecodeError("expected bytes in base64 (RFC 4648 section 4, padded), found another string");
    const auto* const first = reinterpret_cast<const Byte*>(bytes->data());
    return {first, first + bytes->size()};
  }
};
template <>
struct Codec<std::vector<std::byte>> : BytesCodec<std::byte> {};
template <>
struct Codec<std::vector<std::uint8_t>> : BytesCodec<std::uint8_t> {};

template <class T>
struct Codec<std::optional<T>> {
  static void encode(const std::optional<T>& value, std::string& out) {
    if (value) detail::encode_value<T>(*value, out);
    else out += "null";
  }
  static std::optional<T> decode(const JsonValue& value) {
    if (value.is_null()) return std::nullopt;
    return detail::decode_value<T>(value);
  }
};

template <class Range, class Element>
struct ArrayCodec {
  static void encode(const Range& values, std::string& out) {
    out += '[';
    bool first = true;
    for (const auto& value : values) {
      if (!first) out += ',';
      first = false;
      detail::encode_value<Element>(value, out);
    }
    out += ']';
  }
};
template <class T, class Allocator>
struct Codec<std::vector<T, Allocator>> : ArrayCodec<std::vector<T, Allocator>, T> {
  static std::vector<T, Allocator> decode(const JsonValue& value) {
    std::vector<T, Allocator> values;  // grows: a client does not reserve memory by what it has not shown to be a T
    const std::size_t size = value.array_size();
    for (std::size_t index = 0; index < size; ++index) values.push_back(value.get<T>(index));
    return values;
  }
};
// Takes exactly N items. T has a default constructor.
template <class T, std::size_t N>
struct Codec<std::array<T, N>> : ArrayCodec<std::array<T, N>, T> {
  static std::array<T, N> decode(const JsonValue& value) {
    const std::size_t size = value.array_size();
    if (size != N) {
      throw DecodeError("expected an array of " + std::to_string(N) + ", found one of " + std::to_string(size));
    }
    std::array<T, N> values{};
    for (std::size_t index = 0; index < N; ++index) values[index] = value.get<T>(index);
    return values;
  }
};

template <class Map, class Mapped>
struct ObjectCodec {
  static void encode(const Map& values, std::string& out) {
    out += '{';
    bool first = true;
    for (const auto& [name, value] : values) {
      if (!first) out += ',';
      first = false;
      append_json_string(name, out);
      out += ':';
      detail::encode_value<Mapped>(value, out);
    }
    out += '}';
  }
  static Map decode(const JsonValue& value) {
    Map values;
    value.for_each_member([&](std::string_view name, const JsonValue& member) {
      values.emplace(std::string(name), detail::decode_value<Mapped>(member));
    });
    return values;
  }
};
template <class T, class Compare, class Allocator>
struct Codec<std::map<std::string, T, Compare, Allocator>>
    : ObjectCodec<std::map<std::string, T, Compare, Allocator>, T> {};
template <class T, class Hash, class Equal, class Allocator>
struct Codec<std::unordered_map<std::string, T, Hash, Equal, Allocator>>
    : ObjectCodec<std::unordered_map<std::string, T, Hash, Equal, Allocator>, T> {};

namespace detail {

template <class T, class = void>
inline constexpr Event::Payload payload_format = Event::Payload::json;
template <class T>
inline constexpr Event::Payload payload_format<T, std::void_t<decltype(Codec<T>::format)>> = Codec<T>::format;

// What a function that sends a T takes.
template <class T, class = void>
struct EmitArgument {
  static_assert(can_encode<T> || payload_format<T> == Event::Payload::bytes,
                "pushwire: Codec<T> has no encode(const T&, std::string&), so a T cannot be sent; specialize Codec<T> "
                "(pushwire/codec.hpp) or use PUSHWIRE_NLOHMANN (pushwire/json.hpp)");
  using type = const T&;
};
template <class T>
struct EmitArgument<T, std::void_t<typename Codec<T>::Argument>> {
  using type = typename Codec<T>::Argument;
};

}  // namespace detail

template <class T>
T JsonValue::get() const {
  return detail::decode_value<T>(*this);
}

template <class T>
T JsonValue::get(std::string_view name) const {
  const std::optional<JsonValue> member = find(name);
  if constexpr (detail::is_optional<T>) {
    if (!member) return std::nullopt;
  }
  const JsonValue found = member ? *member : at(name);  // which says that it is missing
  try {
    return found.get<T>();
  } catch (DecodeError& error) {
    error.prefix(name);
    throw;
  }
}

template <class T>
T JsonValue::get(std::size_t index) const {
  const JsonValue item = (*this)[index];
  try {
    return item.get<T>();
  } catch (DecodeError& error) {
    error.prefix(index);
    throw;
  }
}

}  // namespace pushwire
