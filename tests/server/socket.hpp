// A blocking client socket on 127.0.0.1 with a deadline on everything. What fails is an exception with a sentence,
// which fails the test. Speaks TLS to ports that a TlsPort names.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace pushwire {

class TlsClient;

// While it lives, sockets that are made speak TLS to that port, and look at no certificate.
class TlsPort {
 public:
  explicit TlsPort(std::uint16_t port);
  ~TlsPort();
  TlsPort(const TlsPort&) = delete;
  TlsPort& operator=(const TlsPort&) = delete;

 private:
  const std::uint16_t port_;
};

class Socket {
 public:
  // `receive_buffer`: SO_RCVBUF in bytes, 0 for the kernel's own.
  explicit Socket(std::uint16_t port, int receive_buffer = 0);
  ~Socket();
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;

  void send(std::string_view bytes);
  // Appends what comes to buffer(). False: the peer has ended, orderly or not.
  bool receive();
  bool readable_within(std::chrono::milliseconds wait) const;
  // Takes and forgets all that comes until the peer ends.
  void drain();
  bool was_reset() const noexcept { return reset_; }

  void finish();  // FIN, over TLS behind close_notify: nothing more will be sent
  void abort();   // RST
  void close();

  std::string& buffer() noexcept { return buffer_; }
  const std::string& buffer() const noexcept { return buffer_; }
  int descriptor() const noexcept { return descriptor_; }
  TlsClient* tls() noexcept { return tls_.get(); }  // null: it speaks none

 private:
  void send_plain(std::string_view bytes);
  bool receive_plain(std::string& into);
  void shake_hands();
  bool await(short events, std::chrono::milliseconds wait) const;

  int descriptor_ = -1;
  bool reset_ = false;
  std::string buffer_;
  std::unique_ptr<TlsClient> tls_;
};

}  // namespace pushwire
