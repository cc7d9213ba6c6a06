// Reading events by any of the four transports, told apart by name alone: what tests that hold for all of them use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/items.hpp"

namespace pushwire {

inline constexpr const char* kTransportNames[] = {"websocket", "sse", "long-poll", "poll"};

class Reading {
 public:
  virtual ~Reading() = default;
  // The next event, gap or reset; waits for it.
  virtual Item next() = 0;
  // `new`, `ok`, `gap` or `reset`, as the server put it in the beginning. To be called before the first next().
  virtual std::string resume() = 0;
  // Where to read on behind what next() gave; empty while a snapshot is under way.
  virtual std::string cursor() = 0;

  std::vector<Item> take(std::size_t count);
};

// `query`: such as "events=log&at=1", or empty. `after`: a cursor, `latest` or `earliest`; empty: none.
std::unique_ptr<Reading> open_reading(std::string_view transport, std::uint16_t port, std::string_view after = {},
                                      std::string_view query = {});

// For names of parameterized tests, which have no dashes.
std::string test_name(std::string transport);

}  // namespace pushwire
