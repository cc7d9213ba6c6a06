// Whose request it is, behind reverse proxies: what they say of the client counts as far as they are known, and no word
// of anybody else's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http/authority.hpp"
#include "pushwire/options.hpp"
#include "pushwire/transport.hpp"

namespace pushwire::net {

class Proxies {
 public:
  // IP addresses and networks, such as "127.0.0.1", "10.0.0.0/8" or "fd00::/8" (RFC 4632 section 3.1). Throws
  // std::invalid_argument that names what is neither.
  explicit Proxies(const std::vector<std::pair<std::string, Forwarding>>& trusted);

  // Any thread. The client's IP address: `peer`, the one that the connection comes from; or, where that is a trusted
  // proxy, what the field says that this proxy writes, read from its end up to the first address that is no trusted
  // proxy's. What cannot be read as an address ends the walk: then it is the proxy that passed it on. The other field is
  // not looked at: whoever does not write it passes on what a client has put there.
  std::string client(const Request& request, std::string_view peer) const;

  // What the connections of one peer are counted by: its IPv4 address, or the first 64 bits of its IPv6 address, all of
  // which one machine may have. Empty for who is not counted: loopback, which all users of a machine share, and trusted
  // proxies, which stand for all of their clients.
  std::string counted_as(std::string_view peer) const;

 private:
  struct Network {
    std::array<std::uint8_t, 16> address{};  // IPv4 as ::ffff:0:0/96
    std::size_t bits = 0;
    Forwarding field = Forwarding::x_forwarded_for;
  };
  static std::optional<Network> network(std::string_view text);
  // The one that has the address; null: it is no trusted proxy's.
  const Network* trusted(const HostName& address) const;

  std::vector<Network> trusted_;
};

}  // namespace pushwire::net
