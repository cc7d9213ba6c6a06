#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "pushwire/event.hpp"

namespace pushwire::log {

// An event that owns copies of `type`, `key` and `payload`, in a single allocation together with its reference count.
// Its id is for the log to give, before anybody else sees it. Throws std::bad_alloc.
std::shared_ptr<Event> make_event(std::string_view type, std::string_view key, std::string_view payload,
                                  std::int64_t at_ms);

// What the event counts for in limits on bytes.
inline std::size_t bytes_of(const Event& event) noexcept { return event.payload.size() + event.key.size(); }

}  // namespace pushwire::log
