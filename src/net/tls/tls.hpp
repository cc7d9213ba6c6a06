// What the server sees of TLS: wires are wrapped by it, and its certificate may be replaced while it serves. Built with
// PUSHWIRE_TLS=OFF, open_tls only throws.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/wire.hpp"
#include "pushwire/options.hpp"

namespace pushwire::net {

// Where the certificate is: in two files, or in a folder that is given one when it has none.
struct TlsSource {
  std::string chain_file{};          // PEM, the server's own certificate first
  std::string key_file{};            // PEM, not encrypted
  std::string folder{};              // Options::tls_self_signed
  std::vector<std::string> names{};  // beside the machine's own, of a certificate that is made
  LogCallback log{};                 // may be empty
};

class Tls {
 public:
  // Runs a task soon, on the thread of the wires; never at once.
  using Later = std::function<void(std::function<void()> task)>;

  virtual ~Tls() = default;

  // All from any thread.

  // The server's side of a connection whose bytes pass through `inner`. `later` has to outlive the wire.
  virtual std::shared_ptr<Wire> wrap(std::shared_ptr<Wire> inner, const Later& later) const = 0;
  // Reads the source again; for wires that are wrapped from now on. Throws what open_tls throws, and then changes nothing.
  virtual void reload() = 0;
  // SHA-256 of the certificate in use, "AB:CD:…".
  virtual std::string fingerprint() const = 0;
};

// Throws std::system_error for a file or folder that cannot be had, std::runtime_error for one that cannot be used; both
// name it.
std::shared_ptr<Tls> open_tls(TlsSource source);

}  // namespace pushwire::net
