// A client's side of TLS without a socket: bytes go in and come out. What fails is an exception with OpenSSL's reason.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pushwire {

class TlsClient {
 public:
  struct Config {
    int min_version = 0;  // such as TLS1_2_VERSION; 0: any
    int max_version = 0;
    const char* ciphers = nullptr;  // of TLS 1.2 and before
    std::string_view protocols{};   // for ALPN, each with its length before it
    const char* name = nullptr;     // SNI
  };

  explicit TlsClient(const Config& config) : context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX* const context = context_.get();
    SSL_CTX_set_security_level(context, 0);  // so that it offers also what must be refused
    SSL_CTX_set_min_proto_version(context, config.min_version);
    SSL_CTX_set_max_proto_version(context, config.max_version);
    if (config.ciphers != nullptr && SSL_CTX_set_cipher_list(context, config.ciphers) != 1) fail("no such ciphers");
    ssl_.reset(SSL_new(context));
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl_.get(), in_, out_);
    SSL_set_connect_state(ssl_.get());
    if (!config.protocols.empty()) {
      SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(config.protocols.data()),
                          static_cast<unsigned>(config.protocols.size()));
    }
    if (config.name != nullptr) SSL_set_tlsext_host_name(ssl_.get(), config.name);
  }
  TlsClient() : TlsClient(Config{}) {}

  // Ciphertext: what came from the server, and what is to go there.
  void feed(std::string_view bytes) { BIO_write(in_, bytes.data(), static_cast<int>(bytes.size())); }
  std::string take() {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out_, &bytes);
    std::string taken(bytes, static_cast<std::size_t>(size));
    (void)BIO_reset(out_);
    return taken;
  }

  // True: the handshake is done; false: it wants more.
  bool shake_hands() { return go_on(SSL_do_handshake(ssl_.get())) && SSL_is_init_finished(ssl_.get()) == 1; }
  void write(std::string_view bytes) {
    ERR_clear_error();
    if (SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) <= 0) fail("write");
  }
  // All that can be decrypted by now.
  std::string read() {
    std::string all;
    char bytes[16 * 1024];
    for (;;) {
      ERR_clear_error();
      const int got = SSL_read(ssl_.get(), bytes, sizeof bytes);
      if (!go_on(got) || got <= 0) return all;
      all.append(bytes, static_cast<std::size_t>(got));
    }
  }
  // The server has said close_notify.
  bool ended() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
  void say_goodbye() { SSL_shutdown(ssl_.get()); }
  SSL* ssl() { return ssl_.get(); }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  [[noreturn]] static void fail(const char* step) {
    const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
    const std::string text = std::string(step) + ": " + (reason == nullptr ? "for an unknown reason" : reason);
    ERR_clear_error();
    throw std::runtime_error(text);
  }
  bool go_on(int result) {
    if (result > 0) return true;
    const int error = SSL_get_error(ssl_.get(), result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_ZERO_RETURN) return false;
    fail("TLS");
  }

  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
  BIO* in_ = nullptr;
  BIO* out_ = nullptr;
};

}  // namespace pushwire
