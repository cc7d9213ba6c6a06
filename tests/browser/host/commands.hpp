// The test host's language: a line is a command, its answer is a line of JSON.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "pushwire/pushwire.hpp"

namespace test_host {

class Commands {
 public:
  explicit Commands(pushwire::Server& server) : server_(server) {}
  ~Commands();

  // One JSON object without a line feed; {"error":"…"} for what cannot be understood or done.
  //
  //   type <name> latest|latest_by_key|history [<events>]    an event type with JSON payloads
  //   type <name> bytes <events>                             one whose payloads are bytes
  //   emit <name> <json>           state <name> <key> <json>        erase <name> <key>
  //   bytes <name> <hex>           burst <name> <first> <count>     numbers, as fast as can be
  //   flow <name> <first> <hz>     numbers at that rate from a thread of its own, until
  //   halt                         which tells the number that would have come next
  //   stats    stop    start    restart
  std::string run(const std::string& line);

 private:
  std::string dispatch(const std::string& line);
  std::string add_type(const std::string& name, const std::string& retention, std::size_t events);
  std::string burst(const std::string& name, std::int64_t first, std::int64_t count);
  std::string flow(const std::string& name, std::int64_t first, double hz);
  std::string halt();
  std::string start();
  const pushwire::EventType<pushwire::RawJson>& json_type(const std::string& name) const;

  pushwire::Server& server_;
  std::map<std::string, pushwire::EventType<pushwire::RawJson>> types_;
  std::map<std::string, pushwire::EventType<std::vector<std::uint8_t>>> byte_types_;
  std::thread flow_;
  std::atomic<bool> flowing_{false};
  std::int64_t flow_next_ = 0;  // of the flow's thread, until it is joined
};

}  // namespace test_host
