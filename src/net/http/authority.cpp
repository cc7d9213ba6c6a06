#include "net/http/authority.hpp"

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#endif

#include <algorithm>
#include <cstddef>

#include "net/http/syntax.hpp"

namespace pushwire::net {
namespace {

constexpr std::size_t kMostNameBytes = 255;  // of a domain name, RFC 1035 section 2.3.4
constexpr std::size_t kMostPortDigits = 5;

// RFC 3986's reg-name: unreserved, sub-delims and percent-encoding.
bool is_name_character(char c) {
  return syntax::is_letter(c) || syntax::is_digit(c) ||
         (c != '\0' && std::string_view("-._~!$&'()*+,;=%").find(c) != std::string_view::npos);
}

bool is_octet(std::string_view text) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return false;
  if (!std::all_of(text.begin(), text.end(), syntax::is_digit)) return false;
  return text.size() < 3 || text <= "255";
}

bool is_ipv4(std::string_view text) {
  for (int octet = 0; octet < 3; ++octet) {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos || !is_octet(text.substr(0, dot))) return false;
    text.remove_prefix(dot + 1);
  }
  return is_octet(text);
}

std::optional<HostName> parse_ipv6(std::string_view text) {
  in6_addr address;
  char canonical[INET6_ADDRSTRLEN];
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  if (inet_pton(AF_INET6, std::string(text).c_str(), &address) != 1) return std::nullopt;
  if (inet_ntop(AF_INET6, &address, canonical, sizeof canonical) == nullptr) return std::nullopt;
  return HostName{HostName::Kind::ipv6, canonical};
}

std::optional<HostName> parse_name(std::string_view text) {
  if (is_ipv4(text)) return HostName{HostName::Kind::ipv4, std::string(text)};
  if (text.empty() || text.size() > kMostNameBytes) return std::nullopt;
  if (!std::all_of(text.begin(), text.end(), is_name_character)) return std::nullopt;
  if (text == ".") return std::nullopt;
  const std::string_view shorter = text.substr(0, text.size() - 1);
  // What would still end in a dot, or be an address, is left as it is: a name has one form.
  if (text.back() == '.' && shorter.back() != '.' && !is_ipv4(shorter)) text = shorter;
  return HostName{HostName::Kind::name, syntax::lowered(text)};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  if (text.empty() || text.size() > kMostPortDigits) return std::nullopt;
  std::uint32_t port = 0;
  for (const char c : text) {
    if (!syntax::is_digit(c)) return std::nullopt;
    port = port * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (port == 0 || port > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(port);
}

}  // namespace

std::optional<Authority> parse_authority(std::string_view text) {
  std::optional<HostName> host;
  std::string_view rest;
  if (!text.empty() && text.front() == '[') {
    const std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    host = parse_ipv6(text.substr(1, bracket - 1));
    rest = text.substr(bracket + 1);
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    host = parse_name(text.substr(0, colon));
    rest = text.substr(colon);
  }
  if (!host) return std::nullopt;
  if (rest.empty()) return Authority{std::move(*host), std::nullopt};
  if (rest.front() != ':') return std::nullopt;
  const auto port = parse_port(rest.substr(1));
  if (!port) return std::nullopt;
  return Authority{std::move(*host), port};
}

std::optional<HostName> parse_host(std::string_view text) {
  if (text.size() > 1 && text.front() == '[' && text.back() == ']') return parse_ipv6(text.substr(1, text.size() - 2));
  if (text.find(':') != std::string_view::npos) return parse_ipv6(text);
  return parse_name(text);
}

bool is_wildcard(const HostName& host) {
  return (host.kind == HostName::Kind::ipv4 && host.text == "0.0.0.0") ||
         (host.kind == HostName::Kind::ipv6 && host.text == "::");
}

bool is_loopback(const HostName& host) {
  return (host.kind == HostName::Kind::ipv4 && host.text.compare(0, 4, "127.") == 0) ||
         (host.kind == HostName::Kind::ipv6 && host.text == "::1");
}

HostName unmapped(const HostName& host) {
  constexpr std::string_view kMapped = "::ffff:";
  if (host.kind != HostName::Kind::ipv6 || host.text.compare(0, kMapped.size(), kMapped) != 0) return host;
  const std::string_view inner = std::string_view(host.text).substr(kMapped.size());
  return is_ipv4(inner) ? HostName{HostName::Kind::ipv4, std::string(inner)} : host;
}

std::optional<Origin> parse_origin(std::string_view text) {
  const std::size_t end = text.find("://");
  if (end == std::string_view::npos || end == 0 || !syntax::is_letter(text[0])) return std::nullopt;
  const std::string_view scheme = text.substr(0, end);
  const auto fits = [](char c) {
    return syntax::is_letter(c) || syntax::is_digit(c) || c == '+' || c == '-' || c == '.';
  };
  if (!std::all_of(scheme.begin(), scheme.end(), fits)) return std::nullopt;
  auto authority = parse_authority(text.substr(end + 3));
  if (!authority) return std::nullopt;
  Origin origin{syntax::lowered(scheme), std::move(*authority)};
  origin.authority.port = explicit_port(origin.scheme, origin.authority.port);
  return origin;
}

std::optional<std::uint16_t> explicit_port(std::string_view scheme, std::optional<std::uint16_t> port) {
  if ((scheme == "http" && port == 80) || (scheme == "https" && port == 443)) return std::nullopt;
  return port;
}

}  // namespace pushwire::net
