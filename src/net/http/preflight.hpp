// The question a browser asks before it sends a foreign page's request (Fetch standard, CORS preflight).
#pragma once

#include <optional>

#include "net/http/access.hpp"
#include "pushwire/transport.hpp"

namespace pushwire::net {

// The 204 for a preflight from a listed origin, to be written with that origin as ResponseHead::cors_origin; nullopt
// where `request` is none, or `access`, the judgment of it, grants nothing to a foreign origin. `for_page`: it asks for
// one of the host's pages, which take more methods than ours, and whatever fields the host knows.
//
// Chrome asks with Access-Control-Request-Private-Network where a public page calls a private address; who may read is
// told so as well.
std::optional<Head> answer_preflight(const Request& request, const Access& access, bool for_page = false);

}  // namespace pushwire::net
