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

#include "pushwire/transport.hpp"

namespace pushwire {

// What one client, or all of them, can make the server hold. Each is refused with the status beside it.
struct Limits {
  std::size_t head_bytes = 16 * 1024;                     // request line and fields: 431
  std::size_t head_fields = 100;                          // 431
  std::size_t target_bytes = 8 * 1024;                    // request target: 414
  std::size_t body_bytes = 1024 * 1024;                   // request body, decoded: 413
  std::size_t message_bytes = 64 * 1024;                  // one message of a client (WebSocket: close 1009)
  std::size_t subscription_names = 256;                   // names or patterns in one subscription: 400
  std::size_t connections = 10000;                        // 503 with Retry-After (SSE: 200, `retry:` and the end)
  std::size_t event_bytes = 1024 * 1024;                  // payload of one event: EmitStatus::too_large
  std::size_t event_types = 10000;                        // std::length_error at registration
  std::size_t read_bytes = 64 * 1024;                     // a read of the log stops there, or after one larger event
  std::size_t encoded_bytes = 4 * 1024 * 1024;            // encoded events kept for readers near the head
  std::chrono::milliseconds header_timeout{10'000};       // a head that takes longer: 408
  std::chrono::milliseconds body_timeout{30'000};         // a body that takes longer: 408
  std::chrono::milliseconds keep_alive_timeout{60'000};   // an idle connection between requests is closed
  std::chrono::milliseconds slow_client_timeout{30'000};  // a stream that takes no byte for so long is closed: too-slow
};

enum class LogLevel : std::uint8_t { debug, info, warning, error };
using LogCallback = std::function<void(LogLevel level, std::string_view line)>;

class Options {
 public:
  // 0 (the default): any free port; Server::port() tells which.
  Options& port(std::uint16_t value) { return port_ = value, *this; }
  // The IP address to listen on. Default 127.0.0.1: this machine only. "0.0.0.0" and "::" are all addresses.
  Options& address(std::string value) { return address_ = std::move(value), *this; }
  // A further name that clients may use in `Host`, such as "device.local", without a port. Loopback names and the
  // address that a connection came in by are always good; all else is refused with 421 (DNS rebinding).
  Options& host(std::string name) { return hosts_.push_back(std::move(name)), *this; }
  // An origin such as "https://app.example" whose pages may read and steer this server. A page's own server is always
  // good; all others are refused with 403.
  Options& allow_origin(std::string origin) { return origins_.push_back(std::move(origin)), *this; }
  // Where the library's own paths begin; default "/pushwire".
  Options& base_path(std::string path) { return base_path_ = std::move(path), *this; }
  // Streams are never silent for longer. 1 to 300 s, default 15 s. A client may ask for less, down to 1 s.
  Options& heartbeat(std::chrono::milliseconds value) { return heartbeat_ = value, *this; }
  // How long stop() lets clients take to be told goodbye. Default 1 s.
  Options& stop_timeout(std::chrono::milliseconds value) { return stop_timeout_ = value, *this; }
  Options& limits(Limits value) { return limits_ = value, *this; }
  // Transports that are built in are all on; this leaves one out, by name.
  Options& without(std::string transport) { return without_.push_back(std::move(transport)), *this; }
  // A transport of your own, offered after the built-in ones.
  Options& transport(std::shared_ptr<const Transport> own) { return transports_.push_back(std::move(own)), *this; }
  // What the library has to say, a line at a time; called from any thread, must be quick. Default: warnings and errors
  // to stderr. An empty function is silence.
  Options& log(LogCallback callback) { return log_ = std::move(callback), log_set_ = true, *this; }

 private:
  friend class Server;
  friend struct OptionsReader;

  std::uint16_t port_ = 0;
  std::string address_ = "127.0.0.1";
  std::vector<std::string> hosts_;
  std::vector<std::string> origins_;
  std::string base_path_ = "/pushwire";
  std::chrono::milliseconds heartbeat_{15'000};
  std::chrono::milliseconds stop_timeout_{1'000};
  Limits limits_;
  std::vector<std::string> without_;
  std::vector<std::shared_ptr<const Transport>> transports_;
  LogCallback log_;
  bool log_set_ = false;
};

}  // namespace pushwire
