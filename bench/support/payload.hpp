// The payload of the benchmarks' events: 128 bytes of JSON, the same ones each time.
#pragma once

#include <cstddef>
#include <string>

namespace pushwire::bench {

inline constexpr std::size_t kPayloadBytes = 128;

inline std::string payload() {
  std::string text = R"({"t":1234567890123456,"seq":1234567,"v":")";
  text.resize(kPayloadBytes - 2, 'x');
  return text + "\"}";
}

}  // namespace pushwire::bench
