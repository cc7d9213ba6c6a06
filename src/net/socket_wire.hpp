// A plain TCP socket as a Wire: bytes are moved by non-blocking system calls at once, and a Poller tells when it is worth
// trying.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "net/wire.hpp"

namespace pushwire::net {

class Poller;

class SocketWire final : public Wire {
 public:
  // Takes over `descriptor`: connected, non-blocking, close-on-exec. Throws std::system_error and has closed it then.
  // `poller` outlives the wire.
  SocketWire(Poller& poller, int descriptor);
  ~SocketWire() override;
  SocketWire(const SocketWire&) = delete;
  SocketWire& operator=(const SocketWire&) = delete;

  Moved read(char* into, std::size_t capacity) noexcept override;
  Moved write(const Chunk* chunks, std::size_t count) noexcept override;
  void await_readable() override;
  void await_writable() override;
  void finish() noexcept override;
  void close() noexcept override;
  void abort() noexcept override;
  int descriptor() const noexcept override { return descriptor_; }
  std::string local_address() const override;
  std::string peer_address() const override;
  std::uint16_t peer_port() const override;

 private:
  friend class Poller;

  void became(std::uint32_t events) noexcept;
  bool is_due() const noexcept { return (awaits_read_ && readable_) || (awaits_write_ && writable_); }
  // What it is due. The wire may be gone afterwards.
  void tell();

  Poller& poller_;
  int descriptor_;
  bool readable_ = false;  // until a read finds no more; the next event says so again
  bool writable_ = true;   // likewise
  bool ended_ = false;     // the peer sends no more, or is gone: reading on always says something new
  bool awaits_read_ = false;
  bool awaits_write_ = false;
  bool watches_writing_ = false;
  bool queued_ = false;
};

}  // namespace pushwire::net
