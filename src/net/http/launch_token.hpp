// One secret for each start of the program: who has it may use the server, whoever else is on this machine. It goes to a
// browser once, in an address that the program prints or opens; from then on the browser shows a cookie, whose value is
// another secret.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pushwire/transport.hpp"

namespace pushwire::net {

class LaunchToken {
 public:
  LaunchToken();  // 128 random bits, twice. Throws std::runtime_error where the system has none.

  // All from any thread. Comparing takes the same time wherever texts of that length differ.
  const std::string& text() const noexcept { return token_; }
  bool is(std::string_view shown) const noexcept;
  // The cookie of this server (RFC 6265) among all of its name, or `Authorization: Bearer` with the token (RFC 6750
  // section 2.1).
  bool admits(const Request& request, std::uint16_t port) const;
  // The value of Set-Cookie. Cookies are shared by all ports of a host: `port` is a part of the name. `secure`: it is sent
  // by https alone, and has the prefix __Host- (RFC 6265bis section 4.1.3.2), which other hosts of the domain and servers
  // without https cannot set.
  std::string set_cookie(std::uint16_t port, bool secure) const;

 private:
  static std::string cookie_name(std::uint16_t port, bool secure);

  std::string token_;
  std::string cookie_;
};

}  // namespace pushwire::net
