#include <string_view>

#include "pushwire/event_type.hpp"

namespace pushwire {

std::string_view to_string(EmitStatus status) noexcept {
  switch (status) {
    case EmitStatus::ok: return "ok";
    case EmitStatus::held_back: return "held_back";
    case EmitStatus::too_large: return "too_large";
    case EmitStatus::bad_key: return "bad_key";
    case EmitStatus::too_many_keys: return "too_many_keys";
    case EmitStatus::bad_payload: return "bad_payload";
    case EmitStatus::out_of_memory: return "out_of_memory";
    case EmitStatus::detached: return "detached";
  }
  return "unknown";
}

}  // namespace pushwire
