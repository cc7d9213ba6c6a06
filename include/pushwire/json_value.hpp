// Reading JSON that came from outside: a document that has been checked and parsed, views of the values in it, and the
// error that says where a value is not what was expected.
//
// Threads: a document never changes, so any number of threads may read it and its values at once. Ownership: a
// JsonDocument owns; a JsonValue is a view, cheap to copy, and good for as long as its document lives (which may be
// moved meanwhile).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "pushwire/export.hpp"

namespace pushwire {

// How a C++ type is written as JSON and read from it: `pushwire/codec.hpp`.
template <class T, class Enable = void>
struct Codec;

// A value that is not what was expected. what() names its place: `data.points[3].celsius: expected a number, found a
// string`. All of it is bounded (a path of 256 bytes, a reason of 256) and fit to be shown: control characters and what
// is not UTF-8 are replaced, and of a member's name no more than 32 characters of ASCII are shown.
class PUSHWIRE_API DecodeError : public std::runtime_error {
 public:
  // `reason`: what was expected and what was found, for people. A Codec of your own throws this for bad input.
  explicit DecodeError(std::string_view reason);

  // The value is in the member `name`, or in the item `index`, of what is read: put before the path. Containers and
  // JsonValue::get do so on the way up.
  void prefix(std::string_view name);
  void prefix(std::size_t index);

  // "data.points[3].celsius"; empty at the top.
  const std::string& path() const noexcept;
  const std::string& reason() const noexcept;
  const char* what() const noexcept override;

 private:
  struct Text;
  void prefix_segment(const std::string& segment);

  std::shared_ptr<const Text> text_;  // so that copying does not throw
};

// One value of a document. A function that wants another kind of value throws DecodeError with an empty path.
class PUSHWIRE_API JsonValue {
 public:
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

  JsonValue() noexcept = default;  // null, of no document

  Kind kind() const noexcept;
  bool is_null() const noexcept { return kind() == Kind::null; }

  bool boolean() const;
  // The nearest double.
  double number() const;
  // Throws DecodeError where the number is not an integer that T can hold: 1.5 and 300 are no std::uint8_t. 2.0 and 1e3
  // are integers; a number that is written with a fraction or an exponent, or lies outside of the 64-bit integers,
  // counts as the nearest double and is taken up to 2^53, since above that it may have been another.
  template <class T>
  T integer() const {
    static_assert(std::is_integral_v<T> && !std::is_same_v<T, bool> && sizeof(T) <= sizeof(std::int64_t),
                  "pushwire: JsonValue::integer<T>() reads integer types of up to 64 bits");
    using Range = std::numeric_limits<T>;
    if constexpr (std::is_signed_v<T>) return static_cast<T>(signed_integer(Range::min(), Range::max()));
    else return static_cast<T>(unsigned_integer(Range::max()));
  }
  // UTF-8, which may hold NUL. The view is good as long as the document.
  std::string_view string() const;

  // Items of an array, members of an object.
  std::size_t size() const;
  // Items of an array; an object is refused.
  std::size_t array_size() const;
  // An item of an array; throws DecodeError (with the index as its path) where there is none.
  JsonValue operator[](std::size_t index) const;
  // A member of an object; of several with the same name the last one. nullopt where there is none; throws DecodeError
  // where this is no object.
  std::optional<JsonValue> find(std::string_view name) const;
  // As find; throws DecodeError (with the name as its path) where there is none.
  JsonValue at(std::string_view name) const;

  // Calls f(std::string_view name, JsonValue value) for each member of an object, in the order of the names' bytes. A
  // DecodeError that f throws gets the name put before its path.
  template <class F>
  void for_each_member(F&& f) const {
    using Callable = std::remove_reference_t<F>;
    visit_members([](const void* callable, std::string_view name,
                     JsonValue value) { (*static_cast<Callable*>(const_cast<void*>(callable)))(name, value); },
                  std::addressof(f));
  }

  // JSON text without spaces, members in the order of their names; numbers may be written in another way than they came.
  std::string text() const;

  // The value as a T, by Codec<T>::decode. Throws DecodeError, and whatever a Codec of your own throws.
  template <class T>
  T get() const;
  // The member `name`, the item `index`, as a T; a DecodeError says the place. An optional is empty where there is no
  // such member; anything else "is missing".
  template <class T>
  T get(std::string_view name) const;
  template <class T>
  T get(std::size_t index) const;

 private:
  friend class JsonDocument;
  using Visitor = void (*)(const void* callable, std::string_view name, JsonValue value);

  explicit JsonValue(const void* value) noexcept : value_(value) {}
  std::int64_t signed_integer(std::int64_t lowest, std::int64_t highest) const;
  std::uint64_t unsigned_integer(std::uint64_t highest) const;
  void visit_members(Visitor visitor, const void* callable) const;

  const void* value_ = nullptr;
};

// One JSON text, parsed.
class PUSHWIRE_API JsonDocument {
 public:
  // nullopt where `text` is not exactly one JSON value (RFC 8259) in valid UTF-8, where a number of it is beyond the
  // doubles, or where its arrays and objects nest deeper than `depth` (at most 1000), which is found before anything is
  // built. Takes memory in proportion to the text, at most about 50 times of it. `text` need not outlive the call.
  static std::optional<JsonDocument> parse(std::string_view text, std::size_t depth = 32);

  JsonDocument(JsonDocument&& other) noexcept;
  JsonDocument& operator=(JsonDocument&& other) noexcept;
  ~JsonDocument();

  // Null where the document has been moved from.
  JsonValue root() const noexcept;

 private:
  struct Parsed;
  explicit JsonDocument(std::unique_ptr<const Parsed> parsed) noexcept;

  std::unique_ptr<const Parsed> parsed_;
};

}  // namespace pushwire

#include "pushwire/codec.hpp"  // get<T>() needs it, and it needs what is above
