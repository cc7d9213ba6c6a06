// `poll`: one JSON answer at once, with what there is.
#pragma once

#include <memory>

#include "pushwire/transport.hpp"

namespace pushwire {

std::unique_ptr<Transport> make_poll_transport();

}  // namespace pushwire
