// The text of requests.
#pragma once

#include <string>

#include "load/options.hpp"

namespace pushwire::bench::load {

// A GET of the options' path and fields. `parameter`, name=value, takes the place of one of its name in the path, or is
// added to it; `fields`, whole lines, to the head. Either may be empty.
std::string request(const Options& options, const std::string& parameter, const std::string& fields);

}  // namespace pushwire::bench::load
