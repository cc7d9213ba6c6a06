#include "net/tls/tls_wire.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace pushwire::net {

openssl::BioMethodPtr TlsWire::make_method() {
  openssl::BioMethodPtr method(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "pushwire wire"));
  if (!method || BIO_meth_set_read(method.get(), bio_read) != 1 || BIO_meth_set_write(method.get(), bio_write) != 1 ||
      BIO_meth_set_ctrl(method.get(), bio_control) != 1) {
    throw std::bad_alloc();
  }
  return method;
}

TlsWire::TlsWire(std::shared_ptr<const TlsContext> context, std::shared_ptr<Wire> inner, const Tls::Later& later)
    : context_(std::move(context)), inner_(std::move(inner)), later_(later), ssl_(SSL_new(context_->get())) {
  BIO* const bio = BIO_new(context_->method());
  if (!ssl_ || bio == nullptr) {
    BIO_free(bio);
    throw std::bad_alloc();
  }
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
  inner_->observe(this);
}

TlsWire::~TlsWire() { close(); }

// --- reading ---

Wire::Moved TlsWire::read(char* into, std::size_t capacity) noexcept {
  if (state_ == State::handshake) return {Wire::State::would_block, 0};
  if (state_ != State::open) return {Wire::State::ended, 0};
  const openssl::NoErrors errors;
  read_left_ = kReadAtOnce;
  std::size_t bytes = 0;
  const bool ok = SSL_read_ex(ssl_.get(), into, capacity, &bytes) == 1;
  const int error = ok ? SSL_ERROR_NONE : SSL_get_error(ssl_.get(), 0);
  // Part of a record may be all that is pending: the next try finds that out.
  more_ = ok ? SSL_has_pending(ssl_.get()) == 1 : read_left_ == 0;
  if (!unsent_.empty()) flush_later();
  if (ok) return {Wire::State::ok, bytes};
  if (error == SSL_ERROR_WANT_READ && state_ == State::open) return {Wire::State::would_block, 0};
  if (error == SSL_ERROR_ZERO_RETURN) state_ = State::peer_ended;
  else fail();
  return {Wire::State::ended, 0};
}

void TlsWire::await_readable() {
  wants_read_ = true;
  if (more_ || (state_ != State::handshake && state_ != State::open)) look_again();
  else inner_->await_readable();
}

// The observer is told from the event loop only, and the inner wire may have nothing more to tell.
void TlsWire::look_again() {
  if (look_posted_) return;
  later_([self = shared_from_this()] {
    self->look_posted_ = false;
    self->on_readable();
  });
  look_posted_ = true;
}

void TlsWire::on_readable() {
  const auto self = shared_from_this();  // the observer may let go of it
  if (state_ == State::closed) return;
  if (state_ == State::handshake) {
    shake_hands();
    if (state_ == State::handshake) return await_readable();
    // Told even if no byte has come: who waits for the handshake waits no more.
    if (wants_write_) await_writable();
  }
  if (!std::exchange(wants_read_, false)) return;
  if (observer_ != nullptr) observer_->on_readable();
}

void TlsWire::shake_hands() noexcept {
  const openssl::NoErrors errors;
  read_left_ = kReadAtOnce;
  const int result = SSL_do_handshake(ssl_.get());
  const int error = result == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl_.get(), result);
  more_ = result == 1 ? SSL_has_pending(ssl_.get()) == 1 : read_left_ == 0;
  if (!unsent_.empty()) flush_later();
  if (state_ != State::handshake) return;
  if (result == 1) state_ = State::open;
  else if (error != SSL_ERROR_WANT_READ) fail();
}

int TlsWire::bio_read(BIO* bio, char* into, int size) {
  TlsWire& wire = *static_cast<TlsWire*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (size <= 0) return 0;
  const std::size_t room = std::min(static_cast<std::size_t>(size), wire.read_left_);
  const Moved moved = room == 0 ? Moved{Wire::State::would_block, 0} : wire.inner_->read(into, room);
  if (moved.state == Wire::State::ok) {
    wire.read_left_ -= moved.bytes;
    return static_cast<int>(moved.bytes);
  }
  wire.inner_ended_ = moved.state == Wire::State::ended;
  if (wire.inner_ended_) return 0;
  BIO_set_retry_read(bio);
  return -1;
}

// --- writing ---

Wire::Moved TlsWire::write(const Chunk* chunks, std::size_t count) noexcept {
  if (state_ == State::handshake) return {Wire::State::would_block, 0};
  if (state_ == State::failed || state_ == State::closed || finishing_) return {Wire::State::ended, 0};
  std::size_t moved = 0;
  std::size_t skip = encrypted_;
  std::size_t chunk = 0;
  std::size_t at = 0;  // in that chunk
  const auto pass = [&](std::size_t bytes) {
    while (chunk < count && bytes >= chunks[chunk].size - at) {
      bytes -= chunks[chunk].size - at;
      ++chunk;
      at = 0;
    }
    if (chunk < count) at += bytes;
  };
  pass(skip);
  while (flush()) {
    moved += std::exchange(encrypted_, 0);
    if (chunk == count) break;
    // Small chunks go together: a record costs 22 bytes or more, and a call of the cipher.
    const char* piece = chunks[chunk].data + at;
    std::size_t size = std::min(chunks[chunk].size - at, kRecord);
    char joined[kRecord];
    if (size < kRecord && chunk + 1 < count) {
      std::size_t filled = 0;
      for (std::size_t i = chunk, from = at; i < count && filled < kRecord; ++i, from = 0) {
        const std::size_t part = std::min(chunks[i].size - from, kRecord - filled);
        std::memcpy(joined + filled, chunks[i].data + from, part);
        filled += part;
      }
      piece = joined;
      size = filled;
    }
    if (!encrypt(piece, size)) break;
    encrypted_ = size;
    pass(size);
  }
  if (!unsent_.empty()) flush_later();
  if (moved > 0) return {Wire::State::ok, moved};
  return {state_ == State::failed ? Wire::State::ended : Wire::State::would_block, 0};
}

bool TlsWire::encrypt(const char* bytes, std::size_t size) noexcept {
  const openssl::NoErrors errors;
  std::size_t taken = 0;
  if (SSL_write_ex(ssl_.get(), bytes, size, &taken) == 1 && taken == size) return true;
  fail();
  return false;
}

int TlsWire::bio_write(BIO* bio, const char* bytes, int size) {
  TlsWire& wire = *static_cast<TlsWire*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (size <= 0) return 0;
  std::size_t left = static_cast<std::size_t>(size);
  if (wire.unsent_.empty()) {
    const Chunk chunk{bytes, left};
    const Moved moved = wire.inner_->write(&chunk, 1);
    if (moved.state == Wire::State::ended) return -1;
    left -= moved.bytes;
  }
  if (left == 0) return size;
  if (wire.unsent_.size() + left > kMostUnsent) return -1;
  try {
    wire.unsent_.append(bytes + (static_cast<std::size_t>(size) - left), left);
  } catch (const std::bad_alloc&) {
    return -1;
  }
  return size;
}

// True: the inner wire has taken everything.
bool TlsWire::flush() noexcept {
  if (state_ == State::failed) return false;
  std::size_t sent = 0;
  while (sent < unsent_.size()) {
    const Chunk chunk{unsent_.data() + sent, unsent_.size() - sent};
    const Moved moved = inner_->write(&chunk, 1);
    if (moved.state == Wire::State::ended) fail();
    if (moved.state != Wire::State::ok) break;
    sent += moved.bytes;
  }
  if (sent == unsent_.size()) std::string().swap(unsent_);
  else unsent_.erase(0, sent);
  return unsent_.empty() && state_ != State::failed;
}

void TlsWire::flush_later() noexcept {
  try {
    inner_->await_writable();
  } catch (...) {  // what is unsent would stay for good
    fail();
  }
}

void TlsWire::await_writable() {
  wants_write_ = true;
  if (state_ != State::handshake) inner_->await_writable();
}

void TlsWire::on_writable() {
  const auto self = shared_from_this();
  if (state_ == State::closed) return;
  if (!flush() && state_ != State::failed) return inner_->await_writable();
  if (finishing_) inner_->finish();
  if (state_ == State::handshake || !std::exchange(wants_write_, false)) return;
  if (observer_ != nullptr) observer_->on_writable();
}

long TlsWire::bio_control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return static_cast<TlsWire*>(BIO_get_data(bio))->inner_ended_ ? 1 : 0;
  return 0;
}

// --- the end ---

void TlsWire::fail() noexcept {
  if (state_ != State::closed) state_ = State::failed;
}

void TlsWire::finish() noexcept {
  if (finishing_ || state_ == State::closed) return;
  finishing_ = true;
  if (state_ == State::open || state_ == State::peer_ended) {
    const openssl::NoErrors errors;
    SSL_shutdown(ssl_.get());
  }
  if (unsent_.empty() || state_ == State::failed) inner_->finish();
  else flush_later();
}

void TlsWire::close() noexcept {
  if (state_ == State::closed) return;
  state_ = State::closed;
  observer_ = nullptr;
  inner_->close();
}

}  // namespace pushwire::net
