#pragma once

#include <cstdint>

namespace pushwire::log {

using TypeId = std::uint32_t;  // dense, in order of registration

}  // namespace pushwire::log
