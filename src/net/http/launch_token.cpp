#include "net/http/launch_token.hpp"

#include <array>

#include "net/http/syntax.hpp"
#include "session/token.hpp"

namespace pushwire::net {
namespace {

std::string random_text() {
  std::array<unsigned char, 16> bytes;
  session::random_bytes(bytes.data(), bytes.size());
  std::string text;
  constexpr char kDigits[] = "0123456789abcdef";
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

bool same_secret(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference = static_cast<unsigned char>(difference | (a[i] ^ b[i]));
  return difference == 0;
}

}  // namespace

LaunchToken::LaunchToken() : token_(random_text()), cookie_(random_text()) {}

bool LaunchToken::is(std::string_view shown) const noexcept { return same_secret(shown, token_); }

bool LaunchToken::admits(const Request& request, std::uint16_t port) const {
  // Whether the client came by https, a proxy may know alone: its browser sends what it was given there.
  for (const bool secure : {true, false}) {
    for (const std::string_view shown : request.cookies(cookie_name(port, secure))) {
      if (same_secret(shown, cookie_)) return true;
    }
  }
  const std::string_view authorization = request.field("Authorization").value_or(std::string_view{});
  constexpr std::string_view kScheme = "Bearer ";
  return syntax::same_word(authorization.substr(0, kScheme.size()), kScheme) &&
         is(authorization.substr(kScheme.size()));
}

std::string LaunchToken::set_cookie(std::uint16_t port, bool secure) const {
  return cookie_name(port, secure) + "=" + cookie_ + "; Path=/; HttpOnly; SameSite=Strict" + (secure ? "; Secure" : "");
}

std::string LaunchToken::cookie_name(std::uint16_t port, bool secure) {
  return (secure ? "__Host-pushwire-" : "pushwire-") + std::to_string(port);
}

}  // namespace pushwire::net
