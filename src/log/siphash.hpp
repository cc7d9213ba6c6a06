// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein 2012): a keyed code for short inputs. Who does not know the
// key can neither forge a code nor find inputs that collide.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace pushwire::log {

std::array<std::uint8_t, 16> siphash128(const std::array<std::uint8_t, 16>& key, const void* data,
                                        std::size_t size) noexcept;

}  // namespace pushwire::log
