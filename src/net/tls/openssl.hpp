// OpenSSL's objects with an owner, and its errors as sentences.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace pushwire::net::openssl {

template <auto free_function>
struct Free {
  template <class T>
  void operator()(T* object) const noexcept {
    free_function(object);
  }
};

using BioPtr = std::unique_ptr<BIO, Free<BIO_free>>;
using BioMethodPtr = std::unique_ptr<BIO_METHOD, Free<BIO_meth_free>>;
using CertificatePtr = std::unique_ptr<X509, Free<X509_free>>;
using ContextPtr = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using SslPtr = std::unique_ptr<SSL, Free<SSL_free>>;

// The errors of a thread stand in one queue. SSL_get_error goes wrong where an old one stands in it: for a thread of ours,
// it is empty at the beginning and the end of this scope.
class NoErrors {
 public:
  NoErrors() noexcept { ERR_clear_error(); }
  ~NoErrors() { ERR_clear_error(); }
  NoErrors(const NoErrors&) = delete;
  NoErrors& operator=(const NoErrors&) = delete;
};

// For a thread of the host: what comes to its queue in this scope is taken out again, and what was there before stays.
class Errors {
 public:
  Errors() noexcept { ERR_set_mark(); }
  ~Errors() { ERR_pop_to_mark(); }
  Errors(const Errors&) = delete;
  Errors& operator=(const Errors&) = delete;

  // The reason of the last one, such as "key values mismatch".
  static std::string last() {
    const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason == nullptr ? "for an unknown reason" : reason;
  }
  // A PEM text has no further block of the kind that was looked for.
  static bool no_more_pem() {
    const unsigned long error = ERR_peek_last_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  }
};

}  // namespace pushwire::net::openssl
