// What a run has found, as one line of JSON.
#pragma once

#include <string>

#include "load/measurement.hpp"
#include "load/options.hpp"

namespace pushwire::bench::load {

// Without a line end. README.md says what each member means.
std::string report(const Options& options, const Outcome& outcome);

// Nothing failed, was lost, came twice or out of order, or was answered in another way than before.
bool is_clean(const Options& options, const Outcome& outcome);

}  // namespace pushwire::bench::load
