// Gives a request what became of the same bytes before.
#pragma once

#include "net/repeats.hpp"

namespace pushwire::net {

class Connection;
class Hub;

// False: it has to be read and judged after all. The connection's next request may be answered when this returns.
bool repeat_outcome(Hub& hub, Connection& connection, const Repeats::Outcome& known);

}  // namespace pushwire::net
