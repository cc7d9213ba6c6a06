// Session tokens: 128 random bits, the time of issue, and a keyed code over both, so that only tokens that this server
// gave out are recognized and nobody can choose another's. A token costs no memory: a session's record is made on first
// use, and the time tells one that was never used from one whose record has gone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "log/moment.hpp"
#include "log/siphash.hpp"

namespace pushwire::session {

using log::siphash128;

// Bytes from the operating system's source. Throws std::runtime_error where there is none.
void random_bytes(void* into, std::size_t size);

using SessionId = std::array<std::uint8_t, 16>;  // secret: who knows it and its code is the session's client

struct SessionIdHash {
  std::size_t operator()(const SessionId& id) const noexcept;  // of random bits: the first of them
};

struct Token {
  SessionId id{};
  std::uint32_t issued = 0;  // when, in tenths of a second of the steady clock
};

class Tokens {
 public:
  static constexpr std::size_t kTokenChars = 43;  // base64url of 32 bytes, unpadded
  static constexpr std::size_t kNameChars = 22;

  Tokens();                                                                      // random keys
  explicit Tokens(const std::array<std::uint8_t, 16>& key, std::uint64_t seed);  // for simulations: reproducible

  // All from any thread.
  Token issue(log::Steady now) const;
  static std::uint32_t tenths(log::Steady at) noexcept;
  std::string spell(const Token& token) const;
  // nullopt: not issued by this server. Takes the same time wherever it differs.
  std::optional<Token> read(std::string_view token) const noexcept;
  // What a session is called where others see it: constant, and says nothing about the token.
  std::string name(const SessionId& id) const;

 private:
  using Raw = std::array<std::uint8_t, 32>;  // id, time of issue, code
  void sign(Raw& raw) const noexcept;

  std::array<std::uint8_t, 16> key_{};
  std::array<std::uint8_t, 16> name_key_{};
  std::uint64_t seed_ = 0;
  bool seeded_ = false;
  mutable std::uint64_t count_ = 0;  // of a seeded one, which only one thread uses
};

}  // namespace pushwire::session
