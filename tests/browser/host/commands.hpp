// The test host's language: a line is a command, its answer is a line of JSON.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "pushwire/pushwire.hpp"

namespace test_host {

class Commands {
 public:
  explicit Commands(pushwire::Server& server);
  ~Commands();

  // One JSON object without a line feed; {"error":"…"} for what cannot be understood or done.
  //
  //   type <name> latest|latest_by_key|history [<events> [<role>]]    an event type with JSON payloads
  //   type <name> bytes <events>                             one whose payloads are bytes
  //   emit <name> <json>           state <name> <key> <json>        erase <name> <key>
  //   bytes <name> <hex>           burst <name> <first> <count>     numbers, as fast as can be
  //   flow <name> <first> <hz>     numbers at that rate from a thread of its own, until
  //   halt                         which tells the number that would have come next
  //   stats    stop    start    restart    launch-url
  //   on <name> <kind> [<argument>]      handles messages of that name, and writes each down:
  //     echo                             gives the data back            fail    throws
  //     refuse <code>                    throws a RequestError          forget  lets its Reply go
  //     emit <type>                      emits the data, then gives it back
  //     answer                           waits for the command `answer`
  //   answer <name> <json>               to the oldest that waits
  //   heard                              what handlers have written down: [{"name":…,"session":…,"data":…},…]
  //   sessions                           [{"id":…,"connected":…,"transport":…,"name":…},…]
  //   presence                           [["join",<session>],["leave",<session>],…]
  //   to <session> <type> <json>         an event for one client
  //   reauthorize [<session>]
  std::string run(const std::string& line);

 private:
  std::string dispatch(const std::string& line);
  std::string add_type(const std::string& name, const std::string& retention, std::size_t events,
                       const pushwire::Access& who);
  std::string burst(const std::string& name, std::int64_t first, std::int64_t count);
  std::string flow(const std::string& name, std::int64_t first, double hz);
  std::string halt();
  std::string start();
  std::string add_handler(const std::string& name, const std::string& kind, const std::string& argument);
  std::string answer(const std::string& name, const std::string& json);
  std::string sessions() const;
  void write_down(std::string& list, const std::string& item);
  const pushwire::EventType<pushwire::RawJson>& json_type(const std::string& name) const;

  pushwire::Server& server_;
  std::map<std::string, pushwire::EventType<pushwire::RawJson>> types_;
  std::map<std::string, pushwire::EventType<std::vector<std::uint8_t>>> byte_types_;
  std::mutex mutex_;  // of what handlers and callbacks write down
  std::string heard_, presence_;
  std::map<std::string, std::deque<pushwire::Reply<pushwire::RawJson>>> waiting_;
  std::thread flow_;
  std::atomic<bool> flowing_{false};
  std::int64_t flow_next_ = 0;  // of the flow's thread, until it is joined
};

}  // namespace test_host
