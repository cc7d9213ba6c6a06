// The facade that a host owns: registers event types, serves them to browsers from one port.
//
// Threads: every member function may be called from any thread, also from callbacks. One background thread serves;
// a second one runs callbacks, once there is one to run. No signal handler, no output to stdout, no global state; any
// number of servers live in one process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "pushwire/event_type.hpp"
#include "pushwire/export.hpp"
#include "pushwire/options.hpp"
#include "pushwire/retention.hpp"
#include "pushwire/stats.hpp"

namespace pushwire {

// Something small that is served as it is: a page, a script, an icon.
struct Asset {
  std::string path;          // "/app.js"; "/" is the front page
  std::string content_type;  // "text/html; charset=utf-8"
  std::string_view body;     // must outlive the server
};

class PUSHWIRE_API Server {
 public:
  // Throws std::invalid_argument for options that cannot be, naming the one.
  explicit Server(Options options = {});
  // Stops, and waits for callbacks that still run.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Registers an event type, at any time. `name`: [A-Za-z0-9][A-Za-z0-9._:-]{0,127}, not beginning with "pushwire.".
  // The same name with the same retention again gives the same type. Throws std::invalid_argument for a name or a
  // retention that cannot be, std::logic_error for a name registered with another retention, std::length_error over
  // Limits::event_types.
  template <class T>
  EventType<T> event(std::string_view name, Retention retention = history()) {
    return EventType<T>(add_event_type(name, retention, detail::payload_format<T>));
  }

  // Serves `asset` at its path (ETag, 304, HEAD). Throws std::invalid_argument for a path that does not begin with '/',
  // lies under the base path or is taken.
  void add_asset(Asset asset);

  // Binds the port and begins to serve; returns at once. Throws std::system_error that names address and port when
  // they cannot be had. Started already: does nothing. After stop it serves again, with the same log.
  void start();

  // Says goodbye to every client and ends serving, within Options::stop_timeout. Idempotent. From a callback it does
  // not wait for that callback. Returns whether callbacks were still running when it returned.
  bool stop() noexcept;

  bool running() const noexcept;
  // The port that is served, 0 before start.
  std::uint16_t port() const noexcept;
  // "http://127.0.0.1:8080/"; empty before start.
  std::string url() const;
  Stats stats() const;

 private:
  detail::Emitter add_event_type(std::string_view name, const Retention& retention, Event::Payload format);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pushwire
