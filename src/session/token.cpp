#include "session/token.hpp"

#include <sys/random.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "protocol/base64.hpp"

namespace pushwire::session {

namespace {

constexpr std::size_t kSigned = 20;  // bytes of id and time

template <std::size_t Size>
std::string encode(const std::array<std::uint8_t, Size>& raw) {
  std::string text(base64::digits(Size), '\0');
  base64::write({reinterpret_cast<const char*>(raw.data()), Size}, base64::kUrl, text.data());
  return text;
}

bool decode(std::string_view text, std::array<std::uint8_t, 32>& raw) noexcept {
  if (text.size() != Tokens::kTokenChars) return false;
  std::uint32_t bits = 0;
  int held = 0;
  std::size_t at = 0;
  for (const char c : text) {
    const auto value = base64::kUrl.find(c);
    if (value == std::string_view::npos) return false;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      raw[at++] = static_cast<std::uint8_t>(bits >> held);
    }
  }
  return (bits & ((1u << held) - 1)) == 0;  // one spelling for each token
}

}  // namespace

void random_bytes(void* into, std::size_t size) {
  auto* at = static_cast<std::uint8_t*>(into);
  while (size > 0) {
    const ssize_t got = ::getrandom(at, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw std::runtime_error("pushwire: the operating system gives no random bytes");
    at += got;
    size -= static_cast<std::size_t>(got);
  }
}

namespace {

// Many at a time: each call of the operating system costs more than the rest of a token.
void take_random(SessionId& id) {
  constexpr std::size_t kAtOnce = 16;
  thread_local std::array<SessionId, kAtOnce> pool;
  thread_local std::size_t left = 0;
  if (left == 0) {
    random_bytes(pool.data(), sizeof pool);
    left = kAtOnce;
  }
  id = std::exchange(pool[--left], {});
}

}  // namespace

std::size_t SessionIdHash::operator()(const SessionId& id) const noexcept {
  std::size_t hash = 0;
  std::memcpy(&hash, id.data(), sizeof hash);
  return hash;
}

Tokens::Tokens() {
  random_bytes(key_.data(), key_.size());
  random_bytes(name_key_.data(), name_key_.size());
}

Tokens::Tokens(const std::array<std::uint8_t, 16>& key, std::uint64_t seed) : key_(key), seed_(seed), seeded_(true) {
  name_key_ = siphash128(key, &seed, sizeof seed);
}

std::uint32_t Tokens::tenths(log::Steady at) noexcept {
  using Tenths = std::chrono::duration<std::int64_t, std::deci>;
  return static_cast<std::uint32_t>(std::chrono::duration_cast<Tenths>(at.time_since_epoch()).count());
}

Token Tokens::issue(log::Steady now) const {
  Token token;
  token.issued = tenths(now);
  if (seeded_) {
    const std::uint64_t parts[] = {seed_, ++count_};
    std::memcpy(token.id.data(), parts, sizeof parts);
  } else {
    take_random(token.id);
  }
  return token;
}

void Tokens::sign(Raw& raw) const noexcept {
  const auto code = siphash128(key_, raw.data(), kSigned);
  std::memcpy(raw.data() + kSigned, code.data(), raw.size() - kSigned);
}

std::string Tokens::spell(const Token& token) const {
  Raw raw{};
  std::memcpy(raw.data(), token.id.data(), token.id.size());
  for (std::size_t i = 0; i < 4; ++i) raw[16 + i] = static_cast<std::uint8_t>(token.issued >> (8 * i));
  sign(raw);
  return encode(raw);
}

std::optional<Token> Tokens::read(std::string_view text) const noexcept {
  Raw given{};
  if (!decode(text, given)) return std::nullopt;
  Raw good = given;
  sign(good);
  unsigned differs = 0;
  for (std::size_t i = kSigned; i < good.size(); ++i) differs |= static_cast<unsigned>(good[i] ^ given[i]);
  if (differs != 0) return std::nullopt;
  Token token;
  std::memcpy(token.id.data(), given.data(), token.id.size());
  for (std::size_t i = 4; i-- > 0;) token.issued = token.issued << 8 | given[16 + i];
  return token;
}

std::string Tokens::name(const SessionId& id) const { return encode(siphash128(name_key_, id.data(), id.size())); }

}  // namespace pushwire::session
