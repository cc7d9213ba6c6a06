// The facade that a host owns: registers event types, serves them to browsers from one port.
//
// Threads: every member function may be called from any thread, also from callbacks. One background thread serves;
// handlers and callbacks run on worker threads, once there is one to run, or where Options says. No signal handler, no
// output to stdout, no global state; any number of servers live in one process.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pushwire/access.hpp"
#include "pushwire/event_type.hpp"
#include "pushwire/export.hpp"
#include "pushwire/handler.hpp"
#include "pushwire/options.hpp"
#include "pushwire/recipient.hpp"
#include "pushwire/retention.hpp"
#include "pushwire/session.hpp"
#include "pushwire/stats.hpp"

namespace httplib {
class Server;
}

namespace pushwire {

namespace net {
class PageRouter;
struct PageHost;
}  // namespace net

// Something small that is served as it is: a page, a script, an icon.
struct Asset {
  std::string path;          // "/app.js"; "/" is the front page
  std::string content_type;  // "text/html; charset=utf-8"
  std::string_view body;     // must outlive the server
  // `body` once more, compressed, for those who take it; empty: there is none. Must outlive the server.
  std::string_view gzip{};
  // Such as "max-age=31536000, immutable". Empty: "no-cache", browsers ask each time whether it is new.
  std::string cache_control{};
};

class PUSHWIRE_API Server {
 public:
  // Throws std::invalid_argument for options that cannot be, naming the one.
  explicit Server(Options options = {});
  // Stops, and waits for handlers and callbacks that still run, except for one that it is called from; what has not
  // begun does not begin any more.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Registers an event type, at any time. `name`: [A-Za-z0-9][A-Za-z0-9._:-]{0,127}, not beginning with "pushwire.".
  // `who`: whom it exists for; judged by identity, never by payload, when a connection opens. The same name with the same
  // retention and access again gives the same type. Throws std::invalid_argument for a name or a retention that cannot
  // be, std::logic_error for a name registered in another way, std::length_error over Limits::event_types.
  template <class T>
  EventType<T> event(std::string_view name, Retention retention = history(), const Access& who = {}) {
    return EventType<T>(add_event_type(name, retention, detail::payload_format<T>, who));
  }

  // --- what clients say ---

  // Calls `handler` with the messages and requests of that name: a callable that takes what the message holds, by its
  // Codec, and returns the reply (pushwire/handler.hpp has all its forms). Messages of one session come one after the
  // other, in order; those of several sessions may come at once. What it throws becomes an error reply; only a
  // RequestError's text is told to the client. `who`: whose messages reach it; judged on every message.
  // Names are as for event types. Throws std::invalid_argument for one that cannot be, std::logic_error for one that is
  // taken.
  template <class F>
  void on(std::string_view name, F&& handler, const Access& who = {}) {
    add_handler(name, detail::make_handler(std::forward<F>(handler)), who);
  }
  // Messages of that name are unknown from now on; whether they were known. Calls that have begun go on.
  bool off(std::string_view name);

  // Calls back when a session begins, and when it has ended: it had no connection for as long as Options::session_lease
  // says, so that a reload or a change of transport is no leave. In order with the session's messages. One callback each:
  // a later one replaces it, an empty one ends it. Sessions that began before are not told again.
  void on_join(std::function<void(const Session&)> callback);
  void on_leave(std::function<void(const Session&)> callback);
  // Those that are here now, or away for less than the lease; the eldest first.
  std::vector<Session> sessions() const;

  // For events that only this session's client gets. One that has ended, or never was, takes nothing (`detached`).
  Recipient to(const Session& session) const { return to(session.id); }
  Recipient to(std::string_view session_id) const;

  // What a client may see or do has changed: its connections end, and it comes back as a newcomer, judged anew. Without
  // an argument: all clients.
  void reauthorize(const Session& session) { reauthorize(session.id); }
  void reauthorize(std::string_view session_id);
  void reauthorize();

  // With Options::dispatch_in_poll: runs the handlers and callbacks that are due, on this thread; returns how many.
  std::size_t poll();
  // Readable while poll() has something to do, for an event loop to wait on. Owned by the server.
  int notify_fd() const noexcept;

  // Serves `asset` at its path (ETag, 304, HEAD, Range). A path that ends with a slash is a folder's page: without the
  // slash, or with "index.html" behind it, it redirects there. "/404.html" is answered where there is nothing else.
  // Throws std::invalid_argument for a path that does not begin with '/', lies under the base path or is taken.
  void add_asset(Asset asset);
  // All files that pushwire_embed (CMake) has compiled in.
  template <class EmbeddedFiles>
  void add_assets(const EmbeddedFiles& files) {
    for (const auto& file : files) {
      add_asset({std::string(file.path), std::string(file.content_type), file.body, file.gzip, {}});
    }
  }
  // For development: serves the files of `folder` below `path` ("/"), each read from disk when it is asked for, behind the
  // assets; a folder that takes its place is served from then on. At most 16 MiB each; no names that begin with a dot, and
  // no symbolic links. Throws std::invalid_argument for a path as above, std::system_error for a folder that cannot be
  // opened.
  void add_folder(std::string path, std::string_view folder);

  // The host's own routes, on the same port: cpp-httplib's Get, Post, set_mount_point, set_error_handler and the like. For
  // hosts that include pushwire/pages.hpp and link pushwire::pages; nobody else needs cpp-httplib. What is registered is
  // fixed from the first start() on: then this throws std::logic_error, and a reference from before must not be used.
  httplib::Server& pages();

  // Binds the port and begins to serve; returns at once. Throws std::system_error that names address and port when
  // they cannot be had, std::system_error or std::runtime_error that names the file of a certificate or key which cannot
  // be had or used. Started already: does nothing. After stop it serves again, with the same log.
  void start();

  // Says goodbye to every client and ends serving, within Options::stop_timeout. Idempotent. Never waits for handlers or
  // callbacks. Returns whether some were still running, or due, when it returned.
  bool stop() noexcept;

  // Waits until everything that was emitted before has been given to the sockets of all clients that keep up; those who
  // do not are not waited for. A producer that could outrun the network, such as the replay of a file, paces itself by
  // it, and events are not gathered into one write that were emitted around it. True: done. False: not within `timeout`,
  // or the server is not running or was stopped meanwhile. Any thread; inside Options::log's callback it is false at once.
  bool flush(std::chrono::milliseconds timeout = std::chrono::seconds(1));

  bool running() const noexcept;
  // The port that is served, 0 before start.
  std::uint16_t port() const noexcept;
  // "http://127.0.0.1:8080/", or https with TLS; empty before start. Where all addresses are listened on, it has the first
  // Options::host in it, and without one this machine's own loopback address.
  std::string url() const;
  // "http://127.0.0.1:8080/pushwire/launch?token=…", to be opened in a browser, or shown to whoever may: from there it goes
  // on to "/" with a cookie that lets it in. Good as long as this object lives. All users of a machine may see what a
  // program is started with: not for a command line that they must not use. Empty before start, and without
  // Options::launch_token().
  std::string launch_url() const;
  // Reads certificate and key again: connections from now on get them, those that there are go on. Throws what start()
  // throws for them, and goes on with the old ones then; std::logic_error without Options::tls. Before start it does
  // nothing. A certificate that the server makes for itself is replaced when its end is near.
  void reload_tls();
  // The SHA-256 fingerprint of the certificate in use, as browsers show it: "AB:CD:…". Empty before start and without TLS.
  std::string tls_fingerprint() const;
  Stats stats() const;

 private:
  detail::Emitter add_event_type(std::string_view name, const Retention& retention, Event::Payload format, Access who);
  void add_handler(std::string_view name, detail::Handler handler, Access who);

  // For pushwire::pages: this server's router, made by `make` at the first call.
  net::PageRouter& page_router(std::shared_ptr<net::PageRouter> (*make)(const net::PageHost&));

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pushwire
