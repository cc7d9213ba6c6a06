// The request target, RFC 9112 section 3.2.
#pragma once

#include <optional>
#include <string>

#include "net/http/fault.hpp"
#include "pushwire/transport.hpp"

namespace pushwire::net {

// Judges `request.target`, a view of `head`, and sets target, path and query: origin form stays, absolute form becomes
// origin form (a slash that an empty path lacks is written into `head`, over the authority), `*` is for OPTIONS alone.
// The authority of an absolute form must be the one in `Host`, letter case aside, so that nothing behind us is told two
// names. The fields must have been read. CONNECT is 405, all else that does not fit is 400.
std::optional<Fault> settle_target(Request& request, std::string& head);

}  // namespace pushwire::net
