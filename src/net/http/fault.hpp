// What is wrong with a request that cannot be read on.
#pragma once

#include <string>

namespace pushwire::net {

struct Fault {
  int status = 0;
  std::string sentence;  // names the offending thing, escaped and cut: good for logs and problem bodies
};

}  // namespace pushwire::net
