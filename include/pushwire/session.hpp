// One client over all its connections, as the host is shown it: a value of the moment, which does not change.
#pragma once

#include <chrono>
#include <string>

#include "pushwire/identity.hpp"

namespace pushwire {

struct Session {
  std::string id;  // its public name, safe to show and to log; not the secret token
  Identity identity;
  bool connected = false;                       // whether it has a connection now
  std::string transport;                        // of its newest connection, such as "websocket"; empty: none yet
  std::chrono::system_clock::time_point since;  // when the session began
};

}  // namespace pushwire
