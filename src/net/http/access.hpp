// Who may talk to this server from a browser: the one judgment of Host and Origin, for every path and transport.
//
// Host stops DNS rebinding: a page whose name is suddenly made to mean 127.0.0.1 still sends that name. Origin stops
// other sites' pages, which WebSocket handshakes and simple requests would otherwise let in. Clients that are no
// browsers send no Origin and are not told apart here.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http/authority.hpp"
#include "net/http/proxies.hpp"
#include "pushwire/transport.hpp"

namespace pushwire::net {

struct AccessRules {
  std::vector<std::string> hosts{};           // Options::host: names or IP addresses, without a port
  std::vector<std::string> origins{};         // Options::allow_origin: such as "https://app.example"
  std::vector<std::string> public_origins{};  // Options::public_origin: what a reverse proxy makes of this server
  std::vector<std::pair<std::string, Forwarding>> proxies{};  // Options::trusted_proxy: addresses and networks
  bool tls = false;                                           // this server is reached by https alone
};

struct Access {
  int status = 0;             // 0: granted; 400: malformed; 403: a foreign origin; 421: not our name
  std::string sentence;       // where not granted: names the offending value
  bool cross_origin = false;  // granted to a listed origin: the answer needs the CORS fields
  bool by_address = false;    // judged by the address that the connection came in by
};

class AccessPolicy {
 public:
  // Throws std::invalid_argument that names the rule which is no host, origin or network.
  explicit AccessPolicy(const AccessRules& rules);

  // The IP address that a connection came in by (Wire::local_address), or empty; asked for only where it matters, since it
  // may be a system call.
  using LocalAddress = std::function<std::string()>;

  // Any thread.
  //
  // Host may name, with any port: `localhost`; a loopback address as 127.x.y.z or [::1]; `local_address`, if it is no
  // wildcard; a listed host, or that of a public origin. Names compare without letter case and a trailing dot. Nothing is looked up or guessed:
  // spellings that only some readers take for an address (127.1, 0x7f.0.0.1), IPv4 in IPv6 clothes, 0.0.0.0 and names
  // under .localhost, which some resolvers send elsewhere, are refused unless listed. Without Host, which only HTTP/1.0
  // may do and no browser does, Host is not judged.
  //
  // Origin may be the same as Host, under https; without TLS of our own, also under http (TLS may end before us). Or it is
  // a public origin, or listed. `null` is foreign: sandboxed frames of any site send it.
  //
  // Where Origin is absent, Sec-Fetch-Site (W3C Fetch Metadata), which browsers add by themselves, has to be absent,
  // `same-origin` or `none`: other sites' images, scripts and frames are refused. Links to here are followed from
  // anywhere, which changes nothing and lets nobody read.
  Access judge(const Request& request, const LocalAddress& local_address) const;

  // The IP address of whoever sent it, through trusted proxies as well (Proxies::client).
  std::string client(const Request& request, std::string_view peer) const { return proxies_.client(request, peer); }

  std::string counted_as(std::string_view peer) const { return proxies_.counted_as(peer); }

  // Whether the client uses https: to here, or to a proxy whose name, a public origin, it has in `Host`.
  bool by_https(const Request& request) const;

  // Whether answers differ by Origin, for `Vary`.
  bool lists_origins() const noexcept { return !origins_.empty(); }

 private:
  Access decide(const Request& request, const LocalAddress& local_address) const;
  static Access judge_site(const Request& request);
  bool is_same(const Origin& origin, const Authority& host) const;
  bool answers_to(const HostName& host, const LocalAddress& local_address) const;

  std::vector<HostName> hosts_;
  std::vector<Origin> origins_;
  std::vector<Origin> public_origins_;
  Proxies proxies_;
  bool tls_;
};

}  // namespace pushwire::net
