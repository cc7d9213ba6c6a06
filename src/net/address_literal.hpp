// How addresses are spelled everywhere: as IP literals, without brackets or zone.
#pragma once

#include <asio/ip/address.hpp>
#include <charconv>
#include <string>

namespace pushwire::net {

// Each connection's is wanted once: by hand, since inet_ntop goes through printf.
inline std::string ipv4_literal(const asio::ip::address_v4::bytes_type& bytes) {
  char text[16];
  char* end = text;
  for (const unsigned char byte : bytes) {
    if (end != text) *end++ = '.';
    end = std::to_chars(end, text + sizeof text, byte).ptr;
  }
  return {text, end};
}

// A dual-stack listener sees IPv4 peers in IPv6 clothes; clients name the IPv4 address.
inline std::string address_literal(asio::ip::address address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  if (address.is_v4()) return ipv4_literal(address.to_v4().to_bytes());
  std::string text = address.to_string();
  if (const std::size_t zone = text.find('%'); zone != std::string::npos) text.resize(zone);
  return text;
}

}  // namespace pushwire::net
