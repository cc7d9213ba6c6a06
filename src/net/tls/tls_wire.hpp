// The server's side of TLS (RFC 8446, RFC 5246) over any other wire: sees no socket and no clock.
//
// Nothing is readable before the handshake has ended; it proceeds while await_readable() is in force. Whoever waits for
// it too long looks at established().
//
// Bytes count as moved once the inner wire has taken all of their record, as with a plain wire: then close() does not
// lose them. What a write() did not move has to be the beginning of the next one, since a part of it may be encrypted
// already.
//
// Memory: an idle wire has no buffers. Held back of a slow peer is at most one record (16 KiB).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "net/tls/openssl.hpp"
#include "net/tls/tls.hpp"
#include "net/tls/tls_context.hpp"
#include "net/wire.hpp"

namespace pushwire::net {

class TlsWire final : public Wire, private Wire::Observer, public std::enable_shared_from_this<TlsWire> {
 public:
  static constexpr std::size_t kRecord = SSL3_RT_MAX_PLAIN_LENGTH;
  static constexpr std::size_t kReadAtOnce =
      64 * 1024;  // of the inner wire, for one read(): then others have their turn
  static constexpr std::size_t kMostUnsent = 64 * 1024;  // ciphertext; only a hostile peer gets there: the end

  // `later` outlives the wire. Throws std::bad_alloc.
  TlsWire(std::shared_ptr<const TlsContext> context, std::shared_ptr<Wire> inner, const Tls::Later& later);
  ~TlsWire() override;

  Moved read(char* into, std::size_t capacity) noexcept override;
  Moved write(const Chunk* chunks, std::size_t count) noexcept override;
  void await_readable() override;
  void await_writable() override;
  // close_notify behind what is unsent, then the inner wire's finish().
  void finish() noexcept override;
  // Without close_notify: what was to come may be missing.
  void close() noexcept override;
  bool established() const noexcept override { return state_ != State::handshake; }
  std::string local_address() const override { return inner_->local_address(); }
  std::string peer_address() const override { return inner_->peer_address(); }
  std::uint16_t peer_port() const override { return inner_->peer_port(); }

  static openssl::BioMethodPtr make_method();

 private:
  enum class State : unsigned char {
    handshake,
    open,
    peer_ended,  // has sent close_notify
    failed,      // nothing passes any more
    closed,
  };

  void on_readable() override;
  void on_writable() override;
  void shake_hands() noexcept;
  void look_again();
  void fail() noexcept;
  bool encrypt(const char* bytes, std::size_t size) noexcept;
  bool flush() noexcept;
  void flush_later() noexcept;

  // What OpenSSL calls.
  static int bio_read(BIO* bio, char* into, int size);
  static int bio_write(BIO* bio, const char* bytes, int size);
  static long bio_control(BIO* bio, int command, long number, void* pointer);

  const std::shared_ptr<const TlsContext> context_;
  const std::shared_ptr<Wire> inner_;
  const Tls::Later& later_;
  openssl::SslPtr ssl_;
  std::string unsent_;         // ciphertext that the inner wire did not take
  std::size_t encrypted_ = 0;  // bytes of the next write() whose ciphertext is in `unsent_`
  std::size_t read_left_ = 0;  // of kReadAtOnce
  State state_ = State::handshake;
  bool inner_ended_ = false;
  bool more_ = false;  // worth another try without waiting for the inner wire
  bool wants_read_ = false;
  bool wants_write_ = false;
  bool finishing_ = false;
  bool look_posted_ = false;
};

}  // namespace pushwire::net
