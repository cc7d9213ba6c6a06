// `sse`: server-sent events (WHATWG HTML, section 9.2), readable by a plain EventSource.
#pragma once

#include <memory>

#include "pushwire/options.hpp"
#include "pushwire/transport.hpp"

namespace pushwire {

std::unique_ptr<Transport> make_sse_transport(const Limits& limits = {});

}  // namespace pushwire
