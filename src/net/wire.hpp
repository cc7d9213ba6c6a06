// The seam that a connection's bytes pass through: a plain socket, TLS, a simulation in tests.
//
// Threads: one reactor thread. The observer is called from the event loop only, never from inside a call on the wire.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace pushwire::net {

struct Chunk {
  const char* data;
  std::size_t size;
};

class Wire {
 public:
  class Observer {
   public:
    virtual void on_readable() = 0;
    virtual void on_writable() = 0;

   protected:
    ~Observer() = default;
  };

  enum class State {
    ok,           // `bytes` > 0 were moved
    would_block,  // none now; await and try again
    ended,        // read: the peer will send no more; write: it takes no more
  };
  struct Moved {
    State state;
    std::size_t bytes;
  };

  virtual ~Wire() = default;

  // Set once, before anything else; null from close() on.
  void observe(Observer* observer) noexcept { observer_ = observer; }

  virtual Moved read(char* into, std::size_t capacity) noexcept = 0;
  // Moves as much of the chunks as fits, in order. What it did not move has to be the beginning of the next write.
  virtual Moved write(const Chunk* chunks, std::size_t count) noexcept = 0;

  // One on_readable / on_writable later, when it is worth trying again (also when the peer has gone). Calling again
  // before that changes nothing.
  virtual void await_readable() = 0;
  virtual void await_writable() = 0;

  // No more will be written (FIN); reading goes on.
  virtual void finish() noexcept = 0;
  // Ends both ways; the observer is not called any more.
  virtual void close() noexcept = 0;

  // The same, so that the peer sees that something is missing: by a reset, or over TLS since there is no close_notify. What
  // is unsent is lost.
  virtual void abort() noexcept { close(); }

  // False while a handshake of its own is under way; behind that there is an on_readable for whoever awaits one.
  virtual bool established() const noexcept { return true; }

  // A socket that whole messages may be sent to directly, while nothing else waits to be written; what it does not take
  // goes on by write(). -1: there is none.
  virtual int descriptor() const noexcept { return -1; }

  // The address that the peer connected to, as an IP literal without brackets or zone; empty where there is none.
  virtual std::string local_address() const = 0;
  // The peer's address, in the same form; empty where it has none, or has gone.
  virtual std::string peer_address() const { return {}; }
  // The peer's port; 0 where there is none.
  virtual std::uint16_t peer_port() const { return 0; }

 protected:
  Observer* observer_ = nullptr;
};

}  // namespace pushwire::net
