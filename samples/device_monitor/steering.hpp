// What viewers change and ask: how often the monitor reads, whether it does, and what a process is. Tells everybody what
// was changed, and by whom.
//
// Used by one thread, on which the server's handlers and callbacks run as well (Options::dispatch_in_poll).
#pragma once

#include <cstdint>
#include <string>

#include "device.hpp"
#include "pace.hpp"
#include "payloads.hpp"
#include "process_details.hpp"
#include "pushwire/pushwire.hpp"
#include "viewers.hpp"

namespace device_monitor {

class Steering {
 public:
  enum class Rights : std::uint8_t { steer, look };

  // Registers handlers and callbacks, which end with the server. `pace` outlives it.
  Steering(pushwire::Server& server, Device device, Pace& pace, Rights rights);

  // What the handlers do, for the viewer of that session: the settings as they are then. Throw a RequestError, with a
  // sentence for people, and change nothing.
  Settings set_interval(const std::string& session, std::int64_t milliseconds);
  Settings set_paused(const std::string& session, bool paused);
  ProcessDetails details(int pid) const;

 private:
  void check_rights() const;
  Settings changed(const std::string& session);

  Device device_;
  const Units units_ = Device::units();
  Pace& pace_;
  Viewers viewers_;
  Settings settings_;
  pushwire::EventType<Settings> settings_type_;
  pushwire::EventType<std::uint64_t> viewers_type_;
  pushwire::EventType<std::uint64_t> you_;  // each viewer is told its own
};

}  // namespace device_monitor
