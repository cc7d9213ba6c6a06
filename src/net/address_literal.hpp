// How addresses are spelled everywhere: as IP literals, without brackets or zone.
#pragma once

#include <asio/ip/address.hpp>
#include <string>

namespace pushwire::net {

// A dual-stack listener sees IPv4 peers in IPv6 clothes; clients name the IPv4 address.
inline std::string address_literal(asio::ip::address address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  std::string text = address.to_string();
  if (const std::size_t zone = text.find('%'); zone != std::string::npos) text.resize(zone);
  return text;
}

}  // namespace pushwire::net
