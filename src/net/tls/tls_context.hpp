// A certificate with its key, and how TLS is spoken with it: shared by all wires that began while it was in use.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/tls/openssl.hpp"

namespace pushwire::net {

// PEM text, and where it comes from, for errors.
struct PemCertificate {
  std::string_view chain;
  std::string_view key;
  std::string chain_place;
  std::string key_place;
};

class TlsContext {
 public:
  // TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only. Throws std::runtime_error that names the
  // place whose text cannot be used.
  explicit TlsContext(const PemCertificate& certificate);

  SSL_CTX* get() const noexcept { return context_.get(); }
  // How a TlsWire's bytes go through its inner wire.
  const BIO_METHOD* method() const noexcept { return method_.get(); }
  const std::string& fingerprint() const noexcept { return fingerprint_; }
  // When its time was over, such as "2026-11-27 17:00:00Z"; empty: it is not.
  const std::string& ended() const noexcept { return ended_; }

 private:
  openssl::BioMethodPtr method_;
  openssl::ContextPtr context_;
  std::string fingerprint_;
  std::string ended_;
};

// "AB:CD:…", SHA-256 of the certificate as it is sent.
std::string fingerprint_of(const X509& certificate);
// The first certificate of a PEM text; null: there is none.
openssl::CertificatePtr first_certificate(std::string_view pem);
// A private key that is not encrypted; null: there is none. `encrypted` becomes true where there is one that is.
openssl::KeyPtr private_key(std::string_view pem, bool* encrypted = nullptr);

}  // namespace pushwire::net
