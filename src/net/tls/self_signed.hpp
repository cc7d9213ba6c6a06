// Certificates that a server makes for itself.
#pragma once

#include <ctime>
#include <string>
#include <vector>

#include "net/tls/openssl.hpp"

namespace pushwire::net {

// PEM text: an ECDSA key on P-256, and its certificate behind it, signed by itself.
struct SelfSigned {
  std::string key;
  std::string certificate;
};

inline constexpr int kSelfSignedDays = 396;     // browsers take 398 at most
inline constexpr int kRenewBeforeDays = 30;     // before its end
inline constexpr std::size_t kMostNames = 256;  // more are left out

// For `names`, DNS names and IP addresses; what is neither is left out. Good from a day before `now`, since clocks of
// devices differ. Throws std::runtime_error.
SelfSigned make_self_signed(const std::vector<std::string>& names, std::time_t now);

// As PEM text. Throws std::runtime_error.
std::string certificate_text(const X509& certificate);

// `localhost`, the loopback addresses, the host name and the addresses of all interfaces that are up. IPv6 addresses that
// need a zone, which no URL can have, are left out.
std::vector<std::string> names_of_this_machine();

}  // namespace pushwire::net
