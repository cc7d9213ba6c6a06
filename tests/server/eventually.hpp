// The one place where tests wait for something that no socket tells of.
#pragma once

#include <poll.h>

#include <chrono>

namespace pushwire {

// For what happens at once on an idle machine: generous, so that a busy one passes too.
inline constexpr std::chrono::seconds kDeadline{25};

// Asks again and again until `condition` holds; false: it did not within `deadline`.
template <class Condition>
bool eventually(Condition condition, std::chrono::milliseconds deadline = kDeadline) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    ::poll(nullptr, 0, 1);
  }
  return true;
}

}  // namespace pushwire
