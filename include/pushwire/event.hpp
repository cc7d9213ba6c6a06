// One emission: immutable, shared by every reader through EventPtr, and complete in itself: the views point into
// storage that the event owns and stay good for as long as the event lives.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "pushwire/cursor.hpp"

namespace pushwire {

struct Event {
  enum class Payload : std::uint8_t {
    json,   // `payload` is one JSON text in UTF-8
    bytes,  // `payload` is anything
  };

  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  Cursor id;
  std::string_view type;     // the event type's name
  std::string_view key;      // which of the type's states this is; meaningful when `keyed`
  std::string_view payload;  // empty when `removed`
  Payload format = Payload::json;
  bool keyed = false;      // the type is kept by key
  bool removed = false;    // the key's state is gone (a tombstone)
  std::int64_t at_ms = 0;  // time of emission, Unix milliseconds
};

using EventPtr = std::shared_ptr<const Event>;

}  // namespace pushwire
