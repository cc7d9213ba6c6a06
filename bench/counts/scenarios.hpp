// What is counted: small, fixed pieces of a server's work, in one thread, without a socket and without real time.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

namespace pushwire::bench {

struct Scenario {
  std::string_view name;
  std::size_t operations;
  std::string_view operation;  // what one of them is
  // Sets the scene, warm, and returns what is to be counted. That returns how many operations it has done.
  std::function<std::function<std::size_t()>()> set;
};

const std::vector<Scenario>& scenarios();

}  // namespace pushwire::bench
