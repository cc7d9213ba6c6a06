// `long-poll`: one JSON answer, as soon as there is something.
#pragma once

#include <memory>

#include "pushwire/options.hpp"
#include "pushwire/transport.hpp"

namespace pushwire {

std::unique_ptr<Transport> make_long_poll_transport(const Limits& limits = {});

}  // namespace pushwire
