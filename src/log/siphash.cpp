#include "log/siphash.hpp"

namespace pushwire::log {

namespace {

std::uint64_t load64(const std::uint8_t* bytes) noexcept {
  std::uint64_t value = 0;
  for (int i = 7; i >= 0; --i) value = value << 8 | bytes[i];
  return value;
}

void store64(std::uint64_t value, std::uint8_t* bytes) noexcept {
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

constexpr std::uint64_t rotate(std::uint64_t value, int bits) noexcept { return value << bits | value >> (64 - bits); }

struct SipState {
  std::uint64_t v0, v1, v2, v3;
  void round() noexcept {
    v0 += v1, v1 = rotate(v1, 13) ^ v0, v0 = rotate(v0, 32);
    v2 += v3, v3 = rotate(v3, 16) ^ v2;
    v0 += v3, v3 = rotate(v3, 21) ^ v0;
    v2 += v1, v1 = rotate(v1, 17) ^ v2, v2 = rotate(v2, 32);
  }
};

}  // namespace

std::array<std::uint8_t, 16> siphash128(const std::array<std::uint8_t, 16>& key, const void* data,
                                        std::size_t size) noexcept {
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  const std::uint64_t k0 = load64(key.data());
  const std::uint64_t k1 = load64(key.data() + 8);
  SipState state{k0 ^ 0x736f6d6570736575ull, k1 ^ 0x646f72616e646f6dull ^ 0xee, k0 ^ 0x6c7967656e657261ull,
                 k1 ^ 0x7465646279746573ull};
  const std::size_t whole = size / 8 * 8;
  for (std::size_t at = 0; at < whole; at += 8) {
    const std::uint64_t word = load64(bytes + at);
    state.v3 ^= word;
    state.round(), state.round();
    state.v0 ^= word;
  }
  std::uint64_t last = static_cast<std::uint64_t>(size) << 56;
  for (std::size_t at = whole; at < size; ++at) last |= static_cast<std::uint64_t>(bytes[at]) << (8 * (at - whole));
  state.v3 ^= last;
  state.round(), state.round();
  state.v0 ^= last;
  std::array<std::uint8_t, 16> out{};
  state.v2 ^= 0xee;
  for (int i = 0; i < 4; ++i) state.round();
  store64(state.v0 ^ state.v1 ^ state.v2 ^ state.v3, out.data());
  state.v1 ^= 0xdd;
  for (int i = 0; i < 4; ++i) state.round();
  store64(state.v0 ^ state.v1 ^ state.v2 ^ state.v3, out.data() + 8);
  return out;
}

}  // namespace pushwire::log
