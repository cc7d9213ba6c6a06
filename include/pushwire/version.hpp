// The library's version, by semantic versioning, and the version of the wire protocol that it speaks.
#pragma once

#define PUSHWIRE_VERSION_MAJOR 0
#define PUSHWIRE_VERSION_MINOR 1
#define PUSHWIRE_VERSION_PATCH 0
#define PUSHWIRE_VERSION "0.1.0"

namespace pushwire {

inline constexpr int kProtocolVersion = 1;

}  // namespace pushwire
