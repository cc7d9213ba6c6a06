// In which coding a client takes an answer, RFC 9110 section 12.5.3.
#pragma once

#include "pushwire/export.hpp"
#include "pushwire/transport.hpp"

namespace pushwire::net {

// Whether `Accept-Encoding` names gzip, or all codings, and does not refuse it.
PUSHWIRE_API bool takes_gzip(const Request& request);

}  // namespace pushwire::net
