// Who asks, and for whom: names, addresses, origins, cookies and tokens in a request's fields. What they are read as is
// one form, which reads as itself; and nobody is let in who has not shown what is asked for.
//
// An input's lines are Host, Origin, what a proxy says, cookies, and a token.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "net/http/access.hpp"
#include "net/http/launch_token.hpp"
#include "session/token.hpp"

namespace {

using pushwire::Request;
using pushwire::fuzz::check;
using pushwire::net::Authority;
using pushwire::net::HostName;
using pushwire::net::Origin;

constexpr std::uint16_t kPort = 8080;

std::string text_of(const HostName& host) {
  return host.kind == HostName::Kind::ipv6 ? "[" + host.text + "]" : host.text;
}

std::string text_of(const Authority& authority) {
  return text_of(authority.host) + (authority.port ? ":" + std::to_string(*authority.port) : "");
}

void judge_name(const HostName& host) {
  check(pushwire::net::parse_host(text_of(host)) == host, "a host has one form");
  const HostName plain = pushwire::net::unmapped(host);
  check(pushwire::net::unmapped(plain) == plain, "an address has one pair of clothes");
  check(!(is_loopback(host) && is_wildcard(host)), "a place is not all places");
  for (const char c : host.text) check(c > 0x20 && c < 0x7F && !(c >= 'A' && c <= 'Z'), "a host is in lower case");
}

void judge_host(std::string_view text) {
  if (const auto host = pushwire::net::parse_host(text)) judge_name(*host);
  const auto authority = pushwire::net::parse_authority(text);
  if (!authority) return;
  judge_name(authority->host);
  check(!authority->port || *authority->port != 0, "a port is one");
  const auto again = pushwire::net::parse_authority(text_of(*authority));
  check(again && again->host == authority->host && again->port == authority->port, "an authority has one form");
}

void judge_origin(std::string_view text) {
  const auto origin = pushwire::net::parse_origin(text);
  if (!origin) return;
  judge_name(origin->authority.host);
  check(pushwire::net::parse_origin(origin->scheme + "://" + text_of(origin->authority)) == origin, "so has an origin");
  check(origin->scheme != "http" || origin->authority.port != 80, "a default port is not said");
}

// Those who may use a server that has no other names.
void judge_access(std::string_view host, std::string_view origin) {
  static const pushwire::net::AccessPolicy kPolicy{{{"device.local"}, {"https://app.example"}, {}, {}}};
  Request request;
  request.method = "GET";
  request.fields = {{"Host", host}, {"Origin", origin}};
  const pushwire::net::Access access = kPolicy.judge(request, [] { return std::string("192.168.1.5"); });
  check(access.status == 0 || access.status == 400 || access.status == 403 || access.status == 421, "refused or not");
  check((access.status == 0) == access.sentence.empty(), "a refusal is a sentence");
  if (access.status != 0) return;
  const auto authority = pushwire::net::parse_authority(host);
  check(authority.has_value(), "who is let in names a host");
  const std::string& name = authority->host.text;
  check(name == "localhost" || name == "device.local" || name == "192.168.1.5" || name == "::1" ||
            (name.rfind("127.", 0) == 0 && authority->host.kind == HostName::Kind::ipv4),
        "a host is one of ours");
  const auto from = pushwire::net::parse_origin(origin);
  check(from.has_value(), "a page that is let in names its origin");
  check(access.cross_origin == (from->scheme == "https" && from->authority.host.text == "app.example"),
        "an origin that is not this server's is a listed one");
  check(access.cross_origin || from->authority.host == authority->host, "other pages are this server's own");
}

using pushwire::Forwarding;

std::string client_of(const Request& request, std::string_view peer, Forwarding field) {
  const auto trusting = [](Forwarding which) {
    return pushwire::net::Proxies({{"127.0.0.1", which}, {"10.0.0.0/8", which}, {"fd00::/8", which}});
  };
  static const pushwire::net::Proxies kPlain = trusting(Forwarding::x_forwarded_for);
  static const pushwire::net::Proxies kStandard = trusting(Forwarding::forwarded);
  return (field == Forwarding::forwarded ? kStandard : kPlain).client(request, peer);
}

void judge_proxies(std::string_view text) {
  try {
    const pushwire::net::Proxies proxies({{std::string(text), Forwarding::forwarded}});
  } catch (const std::invalid_argument& error) {
    check(std::string_view(error.what()).size() < 300, "what is no network is named");
  }
  for (const Forwarding read : {Forwarding::forwarded, Forwarding::x_forwarded_for}) {
    const bool standard = read == Forwarding::forwarded;
    const char* const field = standard ? "Forwarded" : "X-Forwarded-For";
    const Forwarding other = standard ? Forwarding::x_forwarded_for : Forwarding::forwarded;
    Request request;
    request.fields = {{field, text}};
    check(client_of(request, "192.168.1.7", read) == "192.168.1.7", "a stranger's word does not count");
    check(client_of(request, "127.0.0.1", other) == "127.0.0.1", "nor does a field that the proxy does not write");
    const std::string client = client_of(request, "127.0.0.1", read);
    const auto address = pushwire::net::parse_host(client);
    check(address && address->kind != HostName::Kind::name && address->text == client, "a client is an address");
    check(pushwire::net::unmapped(*address) == *address, "a client's address has no other form");
    // One more trusted proxy on the way changes nothing.
    const std::string longer =
        text.empty() ? std::string() : std::string(text) + (standard ? ", for=10.1.2.3" : ", 10.1.2.3");
    if (longer.empty() || text.find('"') != std::string_view::npos) continue;
    request.fields = {{field, longer}};
    const std::string through = client_of(request, "127.0.0.1", read);
    check(through == client || client == "127.0.0.1", "a trusted proxy is passed over");
  }
}

void judge_cookies(std::string_view text, std::string_view token) {
  static const pushwire::net::LaunchToken kLaunch;
  Request request;
  const std::string bearer = "Bearer " + std::string(token);
  request.fields = {{"Cookie", text}, {"Authorization", bearer}};
  check(!kLaunch.admits(request, kPort), "nobody guesses a secret");
  check(!kLaunch.is(text) && !kLaunch.is(token), "nobody guesses a secret");

  const std::string shown = kLaunch.set_cookie(kPort, true);
  const std::string pair = shown.substr(0, shown.find(';'));
  const std::string cookies = std::string(text) + "; " + pair + "; " + std::string(text);
  request.fields = {{"Cookie", cookies}};
  check(kLaunch.admits(request, kPort), "a cookie is found among others");
  check(!kLaunch.admits(request, kPort + 1), "another server's cookie is none");
  const std::string authorization = "bearer " + kLaunch.text();
  request.fields = {{"Cookie", text}, {"Authorization", authorization}};
  check(kLaunch.admits(request, kPort), "a token is enough");
}

void judge_token(std::string_view text) {
  static const pushwire::session::Tokens kTokens({'f', 'u', 'z', 'z'}, 1);
  if (const auto token = kTokens.read(text)) check(kTokens.spell(*token) == text, "a token has one form");
  static const std::string kIssued = kTokens.spell(kTokens.issue(pushwire::log::Steady{}));
  check(kTokens.read(kIssued).has_value(), "a token is read as it was issued");
  std::string changed = kIssued;
  for (std::size_t at = 0; at < std::min(text.size(), changed.size()); ++at) {
    changed[at] = static_cast<char>(changed[at] ^ text[at]);
  }
  check(changed == kIssued || !kTokens.read(changed), "a token that was changed is none");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto parts = pushwire::fuzz::lines(pushwire::fuzz::view(bytes, size), 5);
  for (const std::string_view part : parts) {
    judge_host(part);
    judge_origin(part);
  }
  judge_access(parts[0], parts[1]);
  judge_proxies(parts[2]);
  judge_cookies(parts[3], parts[4]);
  judge_token(parts[4]);
  return 0;
}
