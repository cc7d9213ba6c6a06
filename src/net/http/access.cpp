#include "net/http/access.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stdexcept>

#include "net/http/syntax.hpp"

namespace pushwire::net {
namespace {

using syntax::quoted;

// The one field of that name; `many` where there are several.
struct Sole {
  bool many = false;
  std::optional<std::string_view> value;
};

Sole sole(const Request& request, std::string_view name) {
  Sole found;
  for (const Request::Field& field : request.fields) {
    if (!syntax::same_word(field.name, name)) continue;
    found.many = found.value.has_value();
    if (found.many) break;
    found.value = field.value;
  }
  return found;
}

Access refused(int status, std::string sentence) { return {status, std::move(sentence), false}; }

// "http://127.0.0.1:8080.evil.example": well-formed but for a port that is a word. That is a foreign name, not noise.
bool only_its_port_is_wrong(std::string_view origin) {
  const std::size_t colon = origin.rfind(':');
  return colon != std::string_view::npos && parse_origin(origin.substr(0, colon)) &&
         parse_host(origin.substr(colon + 1));
}

Origin checked_origin(const std::string& text) {
  auto origin = parse_origin(text);
  if (!origin || text.find('*') != std::string::npos) {
    throw std::invalid_argument("pushwire: " + quoted(text) +
                                " is not an origin such as \"https://app.example\" (no path, no slash at the end)");
  }
  return *std::move(origin);
}

bool lists(const std::vector<Origin>& origins, const Origin& origin) {
  return std::find(origins.begin(), origins.end(), origin) != origins.end();
}

}  // namespace

AccessPolicy::AccessPolicy(const AccessRules& rules) : proxies_(rules.proxies), tls_(rules.tls) {
  for (const std::string& text : rules.hosts) {
    const auto host = parse_host(text);
    if (!host || is_wildcard(*host) || text.find('*') != std::string::npos) {
      throw std::invalid_argument("pushwire: " + quoted(text) +
                                  " is not a host that clients can name (a name or an IP address, without a port)");
    }
    hosts_.push_back(*host);
  }
  for (const std::string& text : rules.origins) origins_.push_back(checked_origin(text));
  for (const std::string& text : rules.public_origins) {
    public_origins_.push_back(checked_origin(text));
    hosts_.push_back(public_origins_.back().authority.host);
  }
}

Access AccessPolicy::judge(const Request& request, const LocalAddress& local_address) const {
  bool asked = false;
  Access access = decide(request, [&] {
    asked = true;
    return local_address();
  });
  access.by_address = asked;
  return access;
}

Access AccessPolicy::decide(const Request& request, const LocalAddress& local_address) const {
  const Sole host = sole(request, "Host");
  if (host.many) return refused(400, "there is more than one Host field");
  std::optional<Authority> authority;
  if (host.value) {
    authority = parse_authority(*host.value);
    if (!authority) return refused(400, "the Host " + quoted(*host.value) + " is malformed");
    if (!answers_to(authority->host, local_address)) {
      return refused(421, "the Host " + quoted(*host.value) + " is not a name of this server");
    }
  }

  const Sole sent = sole(request, "Origin");
  if (sent.many) return refused(400, "there is more than one Origin field");
  if (!sent.value) return judge_site(request);
  if (*sent.value == "null") return refused(403, "the Origin \"null\" is not allowed here");
  const auto origin = parse_origin(*sent.value);
  if (!origin && !only_its_port_is_wrong(*sent.value)) {
    return refused(400, "the Origin " + quoted(*sent.value) + " is malformed");
  }
  if (!origin) return refused(403, "the Origin " + quoted(*sent.value) + " is not allowed here");
  if ((authority && is_same(*origin, *authority)) || lists(public_origins_, *origin)) return {};
  if (lists(origins_, *origin)) return {0, {}, true};
  return refused(403, "the Origin " + quoted(*sent.value) + " is not allowed here");
}

Access AccessPolicy::judge_site(const Request& request) {
  const Sole site = sole(request, "Sec-Fetch-Site");
  if (site.many) return refused(400, "there is more than one Sec-Fetch-Site field");
  if (!site.value || *site.value == "same-origin" || *site.value == "none") return {};
  const bool follows_link = (request.method == "GET" || request.method == "HEAD") &&
                            sole(request, "Sec-Fetch-Mode").value == "navigate" &&
                            sole(request, "Sec-Fetch-Dest").value == "document";
  if (follows_link) return {};
  return refused(403, "a page of another site (Sec-Fetch-Site: " + quoted(*site.value) + ") may not use this server");
}

bool AccessPolicy::is_same(const Origin& origin, const Authority& host) const {
  return (origin.scheme == "https" || (origin.scheme == "http" && !tls_)) && origin.authority.host == host.host &&
         origin.authority.port == explicit_port(origin.scheme, host.port);
}

bool AccessPolicy::by_https(const Request& request) const {
  if (tls_) return true;
  const auto host = parse_authority(request.field("Host").value_or(std::string_view{}));
  return host && std::any_of(public_origins_.begin(), public_origins_.end(),
                             [&](const Origin& origin) { return origin.scheme == "https" && is_same(origin, *host); });
}

bool AccessPolicy::answers_to(const HostName& host, const LocalAddress& local_address) const {
  if (is_loopback(host) || (host.kind == HostName::Kind::name && host.text == "localhost")) return true;
  if (std::find(hosts_.begin(), hosts_.end(), host) != hosts_.end()) return true;
  if (host.kind == HostName::Kind::name || is_wildcard(host)) return false;
  const auto local = parse_host(local_address());
  return local && unmapped(*local) == host;
}

}  // namespace pushwire::net
