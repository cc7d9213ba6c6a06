// The host and port that Host and Origin name, brought to one form so that they can be compared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pushwire::net {

struct HostName {
  enum class Kind : std::uint8_t {
    name,  // lower case, without the dot that may end it; also what only some readers take for an address, such as
           // "127.1" and "127.0.0.1."
    ipv4,  // four decimal numbers without leading zeros
    ipv6,  // RFC 5952's form, without brackets
  };
  Kind kind = Kind::name;
  std::string text;

  bool operator==(const HostName& other) const { return kind == other.kind && text == other.text; }
};

struct Authority {
  HostName host;
  std::optional<std::uint16_t> port;
};

// `host [":" port]` with a host as RFC 3986 section 3.2.2 has it and a port of 1 to 65535; nullopt where it is not.
std::optional<Authority> parse_authority(std::string_view text);

// A host alone; an IPv6 address with or without brackets.
std::optional<HostName> parse_host(std::string_view text);

// "0.0.0.0" and "::", which are no place that a client could mean.
bool is_wildcard(const HostName& host);
// 127.0.0.0/8 and ::1.
bool is_loopback(const HostName& host);
// An IPv4 address in IPv6 clothes (::ffff:0:0/96) as the IPv4 address; all else as it is.
HostName unmapped(const HostName& host);

// An origin's serialization (RFC 6454 section 6.2): scheme "://" authority, and nothing behind it.
struct Origin {
  std::string scheme;   // lower case
  Authority authority;  // the port is absent where it is the scheme's default

  bool operator==(const Origin& other) const {
    return scheme == other.scheme && authority.host == other.authority.host && authority.port == other.authority.port;
  }
};

// nullopt where it is malformed; also for "null", which is to be asked for before.
std::optional<Origin> parse_origin(std::string_view text);

// `port` without the scheme's default.
std::optional<std::uint16_t> explicit_port(std::string_view scheme, std::optional<std::uint16_t> port);

}  // namespace pushwire::net
