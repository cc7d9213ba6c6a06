// Drives a hub with real sockets, real time and a thread: one Asio io_context, one port.
#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "net/hub.hpp"
#include "net/listener.hpp"
#include "net/poller.hpp"
#include "net/tls/tls.hpp"
#include "net/waker.hpp"

namespace pushwire::net {

class Reactor {
 public:
  // Binds; throws what Listener throws. `waker` outlives the reactor: whoever appends to the log wakes it.
  Reactor(HubSettings settings, HubParts parts, Waker& waker, const std::string& address, std::uint16_t port);
  // Only once the thread has ended or was never started.
  ~Reactor();

  void start();
  // Any thread, returns at once: goodbyes are said, the thread ends within `timeout` or little more.
  void request_stop(std::chrono::milliseconds timeout) noexcept;
  // Waits for the thread's end. Not from the thread itself.
  void join();
  // The one that runs the calling thread; null on threads that no reactor runs.
  static const Reactor* current() noexcept;
  std::uint16_t port() const noexcept { return listener_.port(); }

 private:
  void run() noexcept;
  void step();
  void await_wake();
  void arm();

  asio::io_context io_;
  asio::posix::stream_descriptor wake_;
  asio::steady_timer timer_;
  Listener listener_;
  Poller poller_;                         // outlives the hub, whose wires it tells
  const std::shared_ptr<const Tls> tls_;  // null: plain HTTP
  const Tls::Later later_;
  Waker& waker_;
  const Clock& clock_;
  Hub hub_;
  Steady armed_{};
  bool is_armed_ = false;
  bool turn_posted_ = false;
  bool awaits_wake_ = false;
  std::atomic<std::int64_t> stop_ms_{-1};  // the timeout of a stop that was asked for
  std::thread thread_;
};

}  // namespace pushwire::net
