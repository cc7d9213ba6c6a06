#include "net/tls/tls_context.hpp"

#include <new>
#include <stdexcept>

#include "net/tls/tls_wire.hpp"

namespace pushwire::net {
namespace {

using openssl::Errors;

constexpr char kTls12Ciphers[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr char kTls13Ciphers[] = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr unsigned char kHttp11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};  // RFC 7301 section 3.1
constexpr unsigned char kSessionContext[] = {'p', 'u', 's', 'h', 'w', 'i', 'r', 'e'};

[[noreturn]] void refuse(const std::string& what, const std::string& place, const std::string& why) {
  throw std::runtime_error("pushwire: " + what + " in " + place + " cannot be used: " + why);
}

openssl::BioPtr reader(std::string_view text) {
  openssl::BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (!bio) throw std::bad_alloc();
  return bio;
}

// Without it OpenSSL would ask on the terminal. `asked`: a bool, or null.
int no_password(char*, int, int, void* asked) {
  if (asked != nullptr) *static_cast<bool*>(asked) = true;
  return -1;
}

// Who offers protocols, and not this one, means another server (RFC 7301 section 3.2).
int select_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered,
                    unsigned offered_size, void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, size, kHttp11, sizeof kHttp11, offered, offered_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

std::string text_of(const ASN1_TIME& time) {
  const openssl::BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio || ASN1_TIME_print_ex(bio.get(), &time, ASN1_DTFLGS_ISO8601) != 1) return "an unknown time";
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

openssl::ContextPtr make_context() {
  openssl::ContextPtr context(SSL_CTX_new(TLS_server_method()));
  if (!context) throw std::runtime_error("pushwire: TLS cannot be had: " + Errors::last());
  SSL_CTX* const ctx = context.get();
  // No renegotiation, which a client could ask for without end, and no compression (CRIME).
  SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // Sessions are kept by clients, as tickets.
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  // An idle connection keeps no buffers; a record is read with one call.
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(ctx, 1);
  SSL_CTX_set_alpn_select_cb(ctx, select_protocol, nullptr);
  if (SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1 || SSL_CTX_set_max_proto_version(ctx, 0) != 1 ||
      SSL_CTX_set_cipher_list(ctx, kTls12Ciphers) != 1 || SSL_CTX_set_ciphersuites(ctx, kTls13Ciphers) != 1 ||
      SSL_CTX_set_session_id_context(ctx, kSessionContext, sizeof kSessionContext) != 1) {
    throw std::runtime_error("pushwire: TLS cannot be had: " + Errors::last());
  }
  return context;
}

}  // namespace

TlsContext::TlsContext(const PemCertificate& pem) {
  const Errors errors;
  method_ = TlsWire::make_method();
  context_ = make_context();

  const openssl::BioPtr chain = reader(pem.chain);
  const openssl::CertificatePtr own(PEM_read_bio_X509(chain.get(), nullptr, no_password, nullptr));
  if (!own) {
    refuse("the certificate chain", pem.chain_place,
           Errors::no_more_pem() ? "there is no PEM certificate in it" : Errors::last());
  }
  if (SSL_CTX_use_certificate(context_.get(), own.get()) != 1) {
    refuse("the certificate chain", pem.chain_place, Errors::last());
  }
  while (X509* const next = PEM_read_bio_X509(chain.get(), nullptr, no_password, nullptr)) {
    const openssl::CertificatePtr issuer(next);
    if (SSL_CTX_add1_chain_cert(context_.get(), issuer.get()) != 1) {
      refuse("the certificate chain", pem.chain_place, Errors::last());
    }
  }
  // What ends the chain may be its end, or something that is no certificate.
  if (!Errors::no_more_pem()) {
    refuse("the certificate chain", pem.chain_place, Errors::last());
  }

  bool encrypted = false;
  const openssl::KeyPtr key = private_key(pem.key, &encrypted);
  if (!key) {
    refuse("the private key", pem.key_place,
           encrypted ? "it is encrypted" : "there is no PEM private key in it that can be read");
  }
  if (X509_check_private_key(own.get(), key.get()) != 1) {
    refuse("the private key", pem.key_place, "it does not belong to the certificate in " + pem.chain_place);
  }
  if (SSL_CTX_use_PrivateKey(context_.get(), key.get()) != 1) {
    refuse("the private key", pem.key_place, Errors::last());
  }
  fingerprint_ = fingerprint_of(*own);
  const ASN1_TIME& end = *X509_get0_notAfter(own.get());
  if (X509_cmp_current_time(&end) < 0) ended_ = text_of(end);
}

std::string fingerprint_of(const X509& certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (X509_digest(&certificate, EVP_sha256(), digest, &size) != 1) throw std::bad_alloc();
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    if (i > 0) text += ':';
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

openssl::CertificatePtr first_certificate(std::string_view pem) {
  return openssl::CertificatePtr(PEM_read_bio_X509(reader(pem).get(), nullptr, no_password, nullptr));
}

openssl::KeyPtr private_key(std::string_view pem, bool* encrypted) {
  return openssl::KeyPtr(PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, no_password, encrypted));
}

}  // namespace pushwire::net
