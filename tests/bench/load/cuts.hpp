// The ways in which bytes arrive.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pushwire::bench::load {

// The bytes in two pieces, cut at each place; whole; and one by one.
inline std::vector<std::vector<std::string_view>> cuts(std::string_view bytes) {
  std::vector<std::vector<std::string_view>> all{{bytes}, {}};
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    all[1].push_back(bytes.substr(at, 1));
    if (at > 0) all.push_back({bytes.substr(0, at), bytes.substr(at)});
  }
  return all;
}

}  // namespace pushwire::bench::load
