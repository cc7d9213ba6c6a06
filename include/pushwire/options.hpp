// How a server is set up. Every limit has a finite default.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pushwire/identity.hpp"
#include "pushwire/transport.hpp"

namespace pushwire {

// What one client, or all of them, can make the server hold. Each is refused with the status beside it.
struct Limits {
  std::size_t head_bytes = 16 * 1024;                // request line and fields: 431
  std::size_t head_fields = 100;                     // 431
  std::size_t target_bytes = 8 * 1024;               // request target: 414
  std::size_t body_bytes = 1024 * 1024;              // request body, decoded: 413
  std::size_t body_bytes_total = 64 * 1024 * 1024;   // all that are not yet handled, but for 4 KiB of each: 503
  std::size_t message_bytes = 64 * 1024;             // one message of a client (WebSocket: close 1009)
  std::size_t json_depth = 32;                       // how deep a client's frame may nest: `bad-frame`
  double messages_per_second = 1000;                 // of a session: 429; WebSocket: `too-many-requests`, close 1008
  double message_burst = 2000;                       // so many may come at once
  std::size_t pending_requests = 1024;               // messages of a session not yet handled: `too-many-pending`
  std::size_t pending_bytes = 16 * 1024 * 1024;      // of all sessions' messages not yet handled: `overloaded`
  std::size_t reply_bytes = 1024 * 1024;             // a reply to a client: `too-large`
  std::size_t sessions = 20000;                      // with a record; the longest idle goes first, else 503
  std::size_t private_events = 100;                  // kept for one session, of one history
  std::size_t private_bytes = 64 * 1024;             // of their payloads; the newest is always kept
  std::size_t private_keys = 100;                    // kept for one session, of one latest_by_key type
  std::size_t subscription_names = 256;              // names or patterns in one subscription: 400
  std::size_t connections = 10000;                   // 503 with Retry-After (SSE: 200, `retry:` and the end)
  std::size_t connections_per_peer = 256;            // of one address or IPv6 /64, but loopback and proxies: the same
  double connections_per_second = 2000;              // new ones, but of loopback and proxies: the same
  double connection_burst = 10000;                   // so many may come at once
  std::size_t event_bytes = 1024 * 1024;             // payload of one event: EmitStatus::too_large
  std::size_t event_types = 10000;                   // std::length_error at registration
  std::size_t read_bytes = 64 * 1024;                // a read of the log stops there, or after one larger event
  std::size_t encoded_bytes = 4 * 1024 * 1024;       // encoded events kept for readers near the head
  std::size_t page_workers = 4;                      // threads for pages, made when they are first needed; 1 to 256
  std::size_t page_queue = 64;                       // requests for pages that wait for one: 503 with Retry-After
  std::size_t page_bytes = 16 * 1024 * 1024;         // of whole answers that wait for clients; else their workers wait
  std::chrono::milliseconds header_timeout{10'000};  // a head that takes longer: 408
  std::chrono::milliseconds body_timeout{30'000};    // a body that takes longer: 408
  std::chrono::milliseconds keep_alive_timeout{60'000};   // an idle connection between requests is closed
  std::chrono::milliseconds handshake_timeout{5'000};     // a TLS handshake that takes longer is closed
  std::chrono::milliseconds authorize_timeout{10'000};    // Options::authorize takes longer: 503
  std::chrono::milliseconds reply_timeout{60'000};        // a handler gives no reply for so long: `timeout`
  std::chrono::milliseconds page_deadline{120'000};       // a page's whole answer takes longer: 503, or cut
  std::chrono::milliseconds slow_client_timeout{30'000};  // a stream that takes no byte for so long is closed: too-slow
};

// The field in which a reverse proxy tells whom it asks for.
enum class Forwarding : std::uint8_t {
  x_forwarded_for,  // X-Forwarded-For: what nginx, HAProxy, Caddy and Apache write
  forwarded,        // Forwarded, RFC 7239
};

enum class LogLevel : std::uint8_t { debug, info, warning, error };
using LogCallback = std::function<void(LogLevel level, std::string_view line)>;

// Says who asks, by the request: its fields, cookies, query, and the address it comes from. Refuses by throwing a Refusal,
// such as Refusal(401, "log in first"); anything else that it throws is answered with 500. Several run at once.
using AuthorizeCallback = std::function<Identity(const Request& request)>;

class Options {
 public:
  // 0 (the default): any free port; Server::port() tells which.
  Options& port(std::uint16_t value) { return port_ = value, *this; }
  // The IP address to listen on. Default 127.0.0.1: this machine only. "0.0.0.0" and "::" are all addresses.
  // Others than loopback's are served only with TLS and either authorize() or launch_token(), or with insecure_lan():
  // start() throws std::invalid_argument otherwise.
  Options& address(std::string value) { return address_ = std::move(value), *this; }
  // Serves machines of the network as well, although without TLS everybody in between can read and change what passes,
  // secrets and cookies too, and everybody who reaches the address may use what `authorize` does not refuse.
  Options& insecure_lan(bool value = true) { return insecure_lan_ = value, *this; }
  // Serves https alone, TLS 1.2 and 1.3. PEM files: the certificate with those that lead to its issuer behind it, and its
  // key, not encrypted. start() reads them and throws, naming the file, where they cannot be used; Server::reload_tls()
  // reads them again.
  Options& tls(std::string certificate_chain_file, std::string private_key_file) {
    chain_file_ = std::move(certificate_chain_file), key_file_ = std::move(private_key_file);
    return tls_ = Tls::files, *this;
  }
  // The same with a certificate that the server makes for itself: browsers ask whoever sits there, once, whether it is
  // good; Server::tls_fingerprint() is what to compare. It is kept in `folder` with its key (pushwire-tls.pem, to be read
  // by its owner alone; pushwire-certificate.pem for those who are to trust it) and used again. It is for this machine's
  // name, `localhost`, the addresses that the machine has when it is made, and the names of host(). A new one is made
  // when it cannot be read, or ends within 30 days; it is good for 396. start() throws where another user owns the folder
  // or the key, or may write to the folder: use one of the host's own, with the mode 0700.
  Options& tls_self_signed(std::string folder) {
    return tls_folder_ = std::move(folder), tls_ = Tls::self_signed, *this;
  }
  // A further name that clients may use in `Host`, such as "device.local", without a port. Loopback names and the
  // address that a connection came in by are always good; all else is refused with 421 (DNS rebinding).
  Options& host(std::string name) { return hosts_.push_back(std::move(name)), *this; }
  // An origin such as "https://app.example" whose pages may read and steer this server. A page's own server is always
  // good; all others are refused with 403.
  Options& allow_origin(std::string origin) { return origins_.push_back(std::move(origin)), *this; }
  // What clients see in place of this server, where a reverse proxy stands before it: such as "https://device.example".
  // Its name is good in `Host`, and its pages are this server's own, whatever Host the proxy makes of it.
  Options& public_origin(std::string origin) { return public_origins_.push_back(std::move(origin)), *this; }
  // A reverse proxy's IP address, or a network of them such as "10.0.0.0/8" (the first one that fits a connection counts).
  // What it says of its clients' addresses in `field` counts; nobody else's word does, and no other field. The proxy has
  // to write that field on every request, in place of what its client has sent or behind it: a proxy that passes it on
  // as it came lets every client choose its address.
  Options& trusted_proxy(std::string address, Forwarding field = Forwarding::x_forwarded_for) {
    return proxies_.emplace_back(std::move(address), field), *this;
  }
  // Where the library's own paths begin; default "/pushwire".
  Options& base_path(std::string path) { return base_path_ = std::move(path), *this; }
  // Streams are never silent for longer. 1 to 300 s, default 15 s. A client may ask for less, down to 1 s.
  Options& heartbeat(std::chrono::milliseconds value) { return heartbeat_ = value, *this; }
  // How long stop() lets clients take to be told goodbye. Default 1 s.
  Options& stop_timeout(std::chrono::milliseconds value) { return stop_timeout_ = value, *this; }
  // Every request has to show a secret that is new with each Server: for whoever else is on this machine may connect, too.
  // A browser gets it by Server::launch_url(), and keeps a cookie; a program sends `Authorization: Bearer <token>`.
  Options& launch_token() { return launch_token_ = true, *this; }
  // Who the client is, asked whenever a conversation, a negotiation or a batch of messages begins: on a worker thread,
  // while the connection waits. Without it everybody is let in, and nobody is known.
  Options& authorize(AuthorizeCallback callback) { return authorize_ = std::move(callback), *this; }
  // How long a session outlives its last connection. 1 s to 24 h, default 60 s.
  Options& session_lease(std::chrono::milliseconds value) { return session_lease_ = value, *this; }
  // How many threads handlers and callbacks run on, made when they are first needed. 1 to 256, default 4.
  Options& workers(std::size_t count) { return workers_ = count, *this; }
  // Handlers and callbacks run where `host` takes them: an event loop's "run this soon", such as Qt's invokeMethod. It is
  // called from any thread, must not run the task at once, and may drop it when the loop has ended.
  Options& dispatcher(std::function<void(std::function<void()> task)> host) {
    return dispatcher_ = std::move(host), in_poll_ = false, *this;
  }
  // Handlers and callbacks run inside Server::poll(), which is due when Server::notify_fd() is readable.
  Options& dispatch_in_poll() { return dispatcher_ = nullptr, in_poll_ = true, *this; }
  Options& limits(Limits value) { return limits_ = value, *this; }
  // Transports that are built in are all on; this leaves one out, by name.
  Options& without(std::string transport) { return without_.push_back(std::move(transport)), *this; }
  // A transport of your own, offered after the built-in ones.
  Options& transport(std::shared_ptr<const Transport> own) { return transports_.push_back(std::move(own)), *this; }
  // What the library has to say, a line at a time; called from any thread, must be quick. Default: warnings and errors
  // to stderr. An empty function is silence. Lines have about 1000 bytes at most and no control characters, whatever
  // clients send; of one peer or text 5 come in 10 s, of each level 50, and then how many were left out.
  Options& log(LogCallback callback) { return log_ = std::move(callback), log_set_ = true, *this; }

 private:
  friend class Server;
  friend struct OptionsReader;
  enum class Tls : std::uint8_t { none, files, self_signed };

  std::uint16_t port_ = 0;
  bool insecure_lan_ = false;
  bool launch_token_ = false;
  bool in_poll_ = false;
  bool log_set_ = false;
  Tls tls_ = Tls::none;
  std::string address_ = "127.0.0.1";
  std::string chain_file_;
  std::string key_file_;
  std::string tls_folder_;
  std::vector<std::string> hosts_;
  std::vector<std::string> origins_;
  std::vector<std::string> public_origins_;
  std::vector<std::pair<std::string, Forwarding>> proxies_;
  std::string base_path_ = "/pushwire";
  std::chrono::milliseconds heartbeat_{15'000};
  std::chrono::milliseconds stop_timeout_{1'000};
  std::chrono::milliseconds session_lease_{60'000};
  std::size_t workers_ = 4;
  AuthorizeCallback authorize_;
  std::function<void(std::function<void()>)> dispatcher_;
  Limits limits_;
  std::vector<std::string> without_;
  std::vector<std::shared_ptr<const Transport>> transports_;
  LogCallback log_;
};

}  // namespace pushwire
