// `poll`: one JSON answer at once, with what there is.
#pragma once

#include <memory>

#include "pushwire/options.hpp"
#include "pushwire/transport.hpp"

namespace pushwire {

std::unique_ptr<Transport> make_poll_transport(const Limits& limits = {});

}  // namespace pushwire
