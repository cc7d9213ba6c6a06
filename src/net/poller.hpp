// Tells sockets when they are ready, by one edge-triggered epoll instance that an Asio io_context waits for as if it were one
// descriptor. A socket costs no memory beside its own object, and one system call from its first to its last wait, where
// Asio's own sockets cost about 350 bytes and one call for each wait.
//
// Threads: the one that runs the io_context.
#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace pushwire::net {

class SocketWire;

class Poller {
 public:
  explicit Poller(asio::io_context& io);
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // Waits for sockets unless it does already. To be called again after anything has thrown out of a handler.
  void resume();

 private:
  friend class SocketWire;

  // Throws std::system_error.
  void add(SocketWire& wire, int descriptor);
  // Tells of room to write too, from here on.
  void add_writing(SocketWire& wire, int descriptor);
  void remove(SocketWire& wire, int descriptor) noexcept;
  // It has something to be told, of which no event will come.
  void enqueue(SocketWire& wire);
  void post();
  void collect();
  void dispatch();

  asio::io_context& io_;
  asio::posix::stream_descriptor epoll_;
  std::deque<SocketWire*> queue_;  // each once; null: it has gone
  bool waiting_ = false;           // for the epoll instance
  bool posted_ = false;            // a dispatch is due anyway
  bool more_ = false;              // there may be more events than the last look took
};

}  // namespace pushwire::net
