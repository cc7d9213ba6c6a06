#include "net/http/proxies.hpp"

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#endif

#include <algorithm>
#include <stdexcept>

#include "net/http/syntax.hpp"

namespace pushwire::net {
namespace {

constexpr std::size_t kAllBits = 128;
constexpr std::size_t kNetworkBytes = 8;  // of an IPv6 address: what one customer or machine is given
constexpr std::size_t kMappedBits = 96;   // of ::ffff:0:0/96, before an IPv4 address

std::optional<HostName> parse_address(std::string_view text) {
  auto host = parse_host(text);
  if (!host || host->kind == HostName::Kind::name) return std::nullopt;
  return unmapped(*host);
}

// An address of a field: with or without a port, an IPv6 address with or without brackets.
std::optional<HostName> parse_node(std::string_view text) {
  if (auto address = parse_address(text)) return address;
  const auto authority = parse_authority(text);
  if (!authority || authority->host.kind == HostName::Kind::name) return std::nullopt;
  return unmapped(authority->host);
}

std::optional<std::array<std::uint8_t, 16>> bytes_of(const HostName& address) {
  const bool v4 = address.kind == HostName::Kind::ipv4;
  in6_addr raw;
  if (inet_pton(AF_INET6, ((v4 ? "::ffff:" : "") + address.text).c_str(), &raw) != 1) return std::nullopt;
  std::array<std::uint8_t, 16> bytes;
  std::copy(std::begin(raw.s6_addr), std::end(raw.s6_addr), bytes.begin());
  return bytes;
}

// The `for` of one element of Forwarded (RFC 7239 section 4); empty where there is none. Of a quoted value only what has
// nothing to unescape, which no address has.
std::string_view forwarded_for(std::string_view element) {
  while (!element.empty()) {
    const std::size_t end = std::min(element.find(';'), element.size());
    std::string_view pair = element.substr(0, end);
    element.remove_prefix(std::min(end + 1, element.size()));
    pair.remove_prefix(std::min(pair.find_first_not_of(" \t"), pair.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || !syntax::same_word(pair.substr(0, equals), "for")) continue;
    std::string_view value = pair.substr(equals + 1);
    value = value.substr(0, value.find_last_not_of(" \t") + 1);
    if (value.size() > 1 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    return value;
  }
  return {};
}

}  // namespace

std::optional<Proxies::Network> Proxies::network(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  const bool v4 = address->kind == HostName::Kind::ipv4;
  const auto bytes = bytes_of(*address);
  if (!bytes) return std::nullopt;
  Network network{*bytes, kAllBits, {}};
  if (slash == text.size()) return network;
  const std::string_view digits = text.substr(slash + 1);
  if (digits.empty() || digits.size() > 3 || !std::all_of(digits.begin(), digits.end(), syntax::is_digit)) {
    return std::nullopt;
  }
  std::size_t bits = 0;
  for (const char c : digits) bits = bits * 10 + static_cast<std::size_t>(c - '0');
  if (bits > (v4 ? kAllBits - kMappedBits : kAllBits)) return std::nullopt;
  network.bits = bits + (v4 ? kMappedBits : 0);
  return network;
}

Proxies::Proxies(const std::vector<std::pair<std::string, Forwarding>>& trusted) {
  for (const auto& [text, field] : trusted) {
    auto known = network(text);
    if (!known) {
      throw std::invalid_argument("pushwire: " + syntax::quoted(text) +
                                  " is neither an IP address nor a network such as \"10.0.0.0/8\"");
    }
    known->field = field;
    trusted_.push_back(*known);
  }
}

const Proxies::Network* Proxies::trusted(const HostName& address) const {
  const auto bytes = bytes_of(address);
  if (!bytes) return nullptr;
  const auto found = std::find_if(trusted_.begin(), trusted_.end(), [&](const Network& network) {
    for (std::size_t bit = 0; bit < network.bits; ++bit) {
      const auto mask = static_cast<std::uint8_t>(0x80u >> bit % 8);
      if (((*bytes)[bit / 8] ^ network.address[bit / 8]) & mask) return false;
    }
    return true;
  });
  return found == trusted_.end() ? nullptr : &*found;
}

std::string Proxies::counted_as(std::string_view peer) const {
  const auto address = parse_address(peer);
  if (!address || is_loopback(*address) || trusted(*address)) return {};
  const auto bytes = bytes_of(*address);
  if (!bytes) return {};
  const bool v4 = address->kind == HostName::Kind::ipv4;
  return std::string(bytes->begin(), v4 ? bytes->end() : bytes->begin() + kNetworkBytes);
}

std::string Proxies::client(const Request& request, std::string_view peer) const {
  auto address = parse_address(peer);
  const Network* const proxy = address ? trusted(*address) : nullptr;
  if (!proxy) return std::string(peer);
  const bool standard = proxy->field == Forwarding::forwarded;
  const auto passed_on = request.members(standard ? "Forwarded" : "X-Forwarded-For");
  for (auto element = passed_on.rbegin(); element != passed_on.rend(); ++element) {
    auto before = parse_node(standard ? forwarded_for(*element) : *element);
    if (!before) break;
    address = std::move(before);
    if (!trusted(*address)) break;
  }
  return address->text;
}

}  // namespace pushwire::net
