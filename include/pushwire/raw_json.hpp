// Text that is JSON already, for payloads that the host has serialized itself.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "pushwire/export.hpp"

namespace pushwire {

// Whether `text` is exactly one JSON value (RFC 8259) in valid UTF-8.
PUSHWIRE_API bool is_json(std::string_view text) noexcept;

struct RawJson {
  std::string text;
  bool checked = false;  // the author vouches for it: emit does not look again
};

// Checked when it is emitted: what is not JSON is refused (EmitStatus::bad_payload), since it would spoil the answers
// that it stands in, also for other events.
inline RawJson raw_json(std::string text) { return {std::move(text), false}; }

// For text that came out of a serializer: saves the check. Text that is not JSON breaks the clients that read it.
inline RawJson trusted_json(std::string text) { return {std::move(text), true}; }

}  // namespace pushwire
