// Session tokens: 128 random bits and a keyed code over them, so that only tokens that this server gave out are
// recognized and nobody can choose another's. A token costs no memory: a session's record is made on first use.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace pushwire::session {

// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein 2012): a keyed code for short inputs.
std::array<std::uint8_t, 16> siphash128(const std::array<std::uint8_t, 16>& key, const void* data,
                                        std::size_t size) noexcept;

// Bytes from the operating system's source. Throws std::runtime_error where there is none.
void random_bytes(void* into, std::size_t size);

class Tokens {
 public:
  static constexpr std::size_t kTokenChars = 43;  // base64url of 32 bytes, unpadded

  Tokens();                                                                      // a random key
  explicit Tokens(const std::array<std::uint8_t, 16>& key, std::uint64_t seed);  // for simulations: reproducible

  // Any thread.
  std::string issue() const;
  // Whether this server issued it; takes the same time wherever it differs.
  bool valid(std::string_view token) const noexcept;

 private:
  std::array<std::uint8_t, 16> key_{};
  std::uint64_t seed_ = 0;
  bool seeded_ = false;
  mutable std::uint64_t count_ = 0;
};

}  // namespace pushwire::session
