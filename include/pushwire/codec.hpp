// How a C++ value becomes an event's payload. Built in: arithmetic types, bool, enums by their number, strings, bytes,
// vector, array, map and unordered_map with string keys, optional, RawJson. Types of your own by a specialization:
//
//   template <> struct pushwire::Codec<Reading> {
//     static void encode(const Reading& r, std::string& out) { ... append JSON text ... }
//   };
//
// A specialization may throw: emit then answers EmitStatus::bad_payload. `pushwire/json.hpp` adapts nlohmann types.
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
#include <vector>

#include "pushwire/event.hpp"
#include "pushwire/export.hpp"
#include "pushwire/raw_json.hpp"

namespace pushwire {

// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
PUSHWIRE_API void append_json_string(std::string_view text, std::string& out);

// Appends the standard base64 alphabet of RFC 4648 section 4, padded, without quotes.
PUSHWIRE_API void append_base64(std::string_view bytes, std::string& out);

template <class T, class Enable = void>
struct Codec;  // specialize for types of your own

template <>
struct Codec<bool> {
  static void encode(bool value, std::string& out) { out += value ? "true" : "false"; }
};

// Shortest text that reads back as the same number; NaN and the infinities, which JSON lacks, become null.
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
};

template <class T>
struct Codec<T, std::enable_if_t<std::is_enum_v<T> && !std::is_same_v<T, std::byte>>> {
  static void encode(T value, std::string& out) {
    Codec<std::underlying_type_t<T>>::encode(static_cast<std::underlying_type_t<T>>(value), out);
  }
};

template <>
struct Codec<std::string_view> {
  static void encode(std::string_view value, std::string& out) { append_json_string(value, out); }
};

template <>
struct Codec<std::string> {
  using Argument = std::string_view;
  static void encode(std::string_view value, std::string& out) { append_json_string(value, out); }
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
};
template <>
struct Codec<std::vector<std::byte>> : BytesCodec<std::byte> {};
template <>
struct Codec<std::vector<std::uint8_t>> : BytesCodec<std::uint8_t> {};

template <class T>
struct Codec<std::optional<T>> {
  static void encode(const std::optional<T>& value, std::string& out) {
    if (value) Codec<T>::encode(*value, out);
    else out += "null";
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
      Codec<Element>::encode(value, out);
    }
    out += ']';
  }
};
template <class T, class Allocator>
struct Codec<std::vector<T, Allocator>> : ArrayCodec<std::vector<T, Allocator>, T> {};
template <class T, std::size_t N>
struct Codec<std::array<T, N>> : ArrayCodec<std::array<T, N>, T> {};

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
      Codec<Mapped>::encode(value, out);
    }
    out += '}';
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
struct EmitArgument {
  using type = const T&;
};
template <class T>
struct EmitArgument<T, std::void_t<typename Codec<T>::Argument>> {
  using type = typename Codec<T>::Argument;
};

template <class T, class = void>
inline constexpr Event::Payload payload_format = Event::Payload::json;
template <class T>
inline constexpr Event::Payload payload_format<T, std::void_t<decltype(Codec<T>::format)>> = Codec<T>::format;

}  // namespace detail
}  // namespace pushwire
