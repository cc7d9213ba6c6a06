#include "pushwire/server.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <future>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

#include "builtin_transports.hpp"
#include "endpoints/endpoints.hpp"
#include "net/http/authority.hpp"
#include "net/page_queue.hpp"
#include "net/reactor.hpp"
#include "net/tls/tls.hpp"
#include "server/core.hpp"
#include "session/token.hpp"

namespace pushwire {

namespace {

constexpr std::size_t kMostTransports = 64;

Epoch random_epoch() {
  constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::uint64_t bits = 0;
  session::random_bytes(&bits, sizeof bits);
  Epoch epoch{};
  for (char& c : epoch) {
    c = kAlphabet[bits % 36];
    bits /= 36;
  }
  return epoch;
}

void log_to_stderr(LogLevel, std::string_view line) {
  std::fprintf(stderr, "pushwire: %.*s\n", static_cast<int>(line.size()), line.data());
}

void check_range(const char* option, std::chrono::milliseconds value, std::chrono::milliseconds least,
                 std::chrono::milliseconds most) {
  if (value >= least && value <= most) return;
  throw std::invalid_argument("pushwire: " + std::string(option) + " of " + std::to_string(value.count()) +
                              " ms is not within " + std::to_string(least.count()) + " to " +
                              std::to_string(most.count()) + " ms");
}

void check_number(const char* limit, double value, double least, double most) {
  if (value >= least && value <= most) return;
  throw std::invalid_argument("pushwire: " + std::string(limit) + " of " + std::to_string(value) + " is not within " +
                              std::to_string(least) + " to " + std::to_string(most));
}

bool valid_transport_name(std::string_view name) {
  return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

// Reads what only the server may.
struct OptionsReader {
  static const std::string& address(const Options& options) { return options.address_; }
  // What stands for the address in a URL.
  static std::string url_host(const Options& options) {
    std::string host = options.address_;
    if (host == "0.0.0.0" || host == "::") {
      // "All addresses" cannot be browsed to. What clients call this machine can, and else its own address.
      host = !options.hosts_.empty() ? options.hosts_.front() : host == "::" ? "::1" : "127.0.0.1";
    }
    return host.find(':') == std::string::npos || host.front() == '[' ? host : '[' + host + ']';
  }
  static std::uint16_t port(const Options& options) { return options.port_; }
  static void check_reach(const Options& options) {
    const auto address = net::parse_host(options.address_);
    if (!address || address->kind == net::HostName::Kind::name)
      return;  // nobody can listen there: who tries will say so
    if (options.insecure_lan_ || net::is_loopback(net::unmapped(*address))) return;
    const bool tls = options.tls_ != Options::Tls::none;
    if (tls && (options.authorize_ || options.launch_token_)) return;
    throw std::invalid_argument(
        "pushwire: " + options.address_ + " is reached from other machines, where everybody " +
        (tls ? "may use this server" : "can read and change what passes") +
        ": say tls() or tls_self_signed(), and authorize() or launch_token(); or insecure_lan()");
  }
  static bool tls(const Options& options) { return options.tls_ != Options::Tls::none; }
  // Null without TLS.
  static std::shared_ptr<net::Tls> open_tls(const Options& options, std::shared_ptr<net::Logbook> logbook) {
    net::TlsSource source;
    source.names = options.hosts_;
    source.log = lines_of(std::move(logbook));
    switch (options.tls_) {
      case Options::Tls::none: return nullptr;
      case Options::Tls::files:
        source.chain_file = options.chain_file_;
        source.key_file = options.key_file_;
        break;
      case Options::Tls::self_signed: source.folder = options.tls_folder_; break;
    }
    return net::open_tls(std::move(source));
  }
  static std::chrono::milliseconds stop_timeout(const Options& options) { return options.stop_timeout_; }

  static std::vector<std::shared_ptr<const Transport>> transports(const Options& options) {
    std::vector<std::shared_ptr<const Transport>> all = builtin_transports(options.limits_);
    for (const std::string& name : options.without_) {
      const auto found = std::find_if(all.begin(), all.end(), [&](const auto& t) { return t->name() == name; });
      if (found != all.end()) all.erase(found);
    }
    for (const auto& own : options.transports_) {
      if (!own) throw std::invalid_argument("pushwire: transport() was given none");
      if (!valid_transport_name(own->name())) {
        throw std::invalid_argument("pushwire: \"" + std::string(own->name()) + "\" is no name of a transport");
      }
      for (const auto& other : all) {
        if (other->name() == own->name()) {
          throw std::invalid_argument("pushwire: two transports are named \"" + std::string(own->name()) + "\"");
        }
      }
      all.push_back(own);
    }
    if (all.empty()) throw std::invalid_argument("pushwire: no transport is built in and switched on");
    if (all.size() > kMostTransports) throw std::invalid_argument("pushwire: more than 64 transports");
    return all;
  }

  static CoreSettings core_settings(const Options& options, std::shared_ptr<net::Logbook> logbook) {
    const Limits& limits = options.limits_;
    CoreSettings settings;
    settings.log.event_bytes = limits.event_bytes;
    settings.log.types = limits.event_types;
    settings.log.private_events = limits.private_events;
    settings.log.private_bytes = limits.private_bytes;
    settings.log.private_keys = limits.private_keys;
    settings.sessions.sessions = {limits.sessions, options.session_lease_, limits.messages_per_second,
                                  limits.message_burst};
    settings.sessions.messages = {limits.message_bytes, limits.pending_requests, limits.pending_bytes,
                                  limits.reply_bytes, limits.reply_timeout};
    settings.sessions.frames = {limits.subscription_names, limits.json_depth};
    settings.where = options.in_poll_      ? Dispatcher::Where::poll
                     : options.dispatcher_ ? Dispatcher::Where::host
                                           : Dispatcher::Where::workers;
    settings.host = options.dispatcher_;
    settings.workers = options.workers_;
    settings.page_workers = limits.page_workers;
    settings.complain = lines_of(std::move(logbook));
    return settings;
  }

  static std::shared_ptr<net::Logbook> logbook(const Options& options) {
    static const net::SystemClock kClock;
    if (options.log_set_) return std::make_shared<net::Logbook>(options.log_, LogLevel::debug, kClock);
    return std::make_shared<net::Logbook>(log_to_stderr, LogLevel::warning, kClock);
  }

  // For who writes lines without knowing the logbook.
  static LogCallback lines_of(std::shared_ptr<net::Logbook> logbook) {
    return [logbook = std::move(logbook)](LogLevel level, std::string_view line) { logbook->write(level, line); };
  }

  static std::shared_ptr<const AuthorizeCallback> authorize(const Options& options) {
    return options.authorize_ ? std::make_shared<const AuthorizeCallback>(options.authorize_) : nullptr;
  }

  static net::HubSettings hub_settings(const Options& options) {
    check_number("workers", static_cast<double>(options.workers_), 1, 256);
    check_number("messages_per_second", options.limits_.messages_per_second, 0.001, 1e9);
    check_number("message_burst", options.limits_.message_burst, 1, 1e9);
    check_number("connections_per_second", options.limits_.connections_per_second, 0.001, 1e9);
    check_number("connection_burst", options.limits_.connection_burst, 1, 1e9);
    check_number("json_depth", static_cast<double>(options.limits_.json_depth), 1, 1000);
    check_number("sessions", static_cast<double>(options.limits_.sessions), 1, 1e8);
    check_number("page_workers", static_cast<double>(options.limits_.page_workers), 1, 256);
    check_number("page_queue", static_cast<double>(options.limits_.page_queue), 1, 1e6);
    check_range("page_deadline", options.limits_.page_deadline, std::chrono::milliseconds(1), std::chrono::hours(24));
    check_range("session_lease", options.session_lease_, std::chrono::seconds(1), std::chrono::hours(24));
    check_range("handshake_timeout", options.limits_.handshake_timeout, std::chrono::milliseconds(1),
                std::chrono::hours(1));
    check_range("reply_timeout", options.limits_.reply_timeout, std::chrono::milliseconds(1), std::chrono::hours(24));
    check_range("heartbeat", options.heartbeat_, std::chrono::seconds(1), std::chrono::seconds(300));
    check_range("stop_timeout", options.stop_timeout_, std::chrono::milliseconds(0), std::chrono::seconds(60));
    const std::string& base = options.base_path_;
    if (base.size() < 2 || base.front() != '/' || base.back() == '/') {
      throw std::invalid_argument("pushwire: base_path \"" + base +
                                  "\" is not a '/' with a name behind it and no '/' at its end, such as \"/pushwire\"");
    }
    net::HubSettings settings;
    settings.limits = options.limits_;
    settings.base_path = base;
    settings.heartbeat = options.heartbeat_;
    if ((options.tls_ == Options::Tls::files && (options.chain_file_.empty() || options.key_file_.empty())) ||
        (options.tls_ == Options::Tls::self_signed && options.tls_folder_.empty())) {
      throw std::invalid_argument("pushwire: tls() or tls_self_signed() was given an empty path");
    }
    if (!options.chain_file_.empty() && !options.tls_folder_.empty()) {
      throw std::invalid_argument("pushwire: both tls() and tls_self_signed() were said: there is one certificate");
    }
    settings.access = {options.hosts_, options.origins_, options.public_origins_, options.proxies_, tls(options)};
    settings.logbook = logbook(options);
    settings.authorize = authorize(options);
    if (options.launch_token_) settings.launch = std::make_shared<const net::LaunchToken>();
    session::random_bytes(&settings.seed, sizeof settings.seed);
    (void)net::AccessPolicy(settings.access);  // throws for what is no host or origin
    return settings;
  }
};

struct Server::Impl {
  explicit Impl(Options given)
      : options(std::move(given)),
        settings(OptionsReader::hub_settings(options)),
        transports(OptionsReader::transports(options)),
        core(Core::make(random_epoch(), OptionsReader::core_settings(options, settings.logbook))),
        endpoints({core->log, core->sessions.tokens, core->sessions.sessions, core->clock, transports},
                  settings.base_path, settings.heartbeat, settings.limits.message_bytes) {
    settings.work = work_on(&Core::judges);
    std::weak_ptr<Core> weak = core;
    core->watchers.on_change([weak](log::TypeId type, bool) {
      try {
        if (const auto alive = weak.lock()) alive->tell_watched(type);
      } catch (const std::exception&) {  // no thread or memory to be had: the next change is told
      }
    });
  }

  void check_path(const char* what, const std::string& path) const {
    const std::string& base = settings.base_path;
    const auto fault = [&](const std::string& why) {
      throw std::invalid_argument("pushwire: the " + std::string(what) + " path \"" + path + "\" " + why);
    };
    if (path.empty() || path.front() != '/') fault("does not begin with '/'");
    if (path == base || path.rfind(base + "/", 0) == 0) fault("lies under " + base);
  }

  // What is posted keeps what it goes back to.
  session::Post work_on(const std::shared_ptr<Dispatcher> Core::*where) const {
    return [where, core = std::weak_ptr<Core>(core)](session::Task task) {
      if (const auto alive = core.lock()) ((*alive).*where)->post([alive, task = std::move(task)] { task(); });
    };
  }

  // The reactor's thread has ended, or ends soon.
  void end_reactor() {
    reactor->join();
    serving.store(nullptr);
    reactor.reset();
    // Its connections are gone: what is still at work for them ends.
    if (settings.pages) settings.pages->router().arm(false);
  }

  Options options;
  net::HubSettings settings;
  std::vector<std::shared_ptr<const Transport>> transports;
  std::shared_ptr<Core> core;
  endpoints::Endpoints endpoints;
  net::Counters counters;

  mutable std::mutex tls_mutex;   // never held while files are read
  std::shared_ptr<net::Tls> tls;  // since it was started with TLS

  std::mutex types_mutex;      // registration in the log and with the watchers is one step
  std::mutex lifecycle_mutex;  // start and stop, one at a time
  std::unique_ptr<net::Reactor> reactor;
  std::atomic<net::Reactor*> serving{nullptr};  // the same, for its own thread, which must not wait for the mutex
  std::atomic<std::uint16_t> port{0};
  std::atomic<bool> frozen{false};  // it has been started: its pages are what they are

  void use(std::shared_ptr<net::Tls> opened) {
    const std::lock_guard lock(tls_mutex);
    tls = std::move(opened);
  }
  std::shared_ptr<net::Tls> tls_in_use() const {
    const std::lock_guard lock(tls_mutex);
    return tls;
  }

  // The log callback runs on the reactor's thread, also while another thread stops the server and waits for that one.
  bool on_reactor_thread() const noexcept {
    const net::Reactor* const own = serving.load();
    return own != nullptr && own == net::Reactor::current();
  }
};

Server::Server(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Server::~Server() {
  stop();
  impl_->core->close();
}

detail::Emitter Server::add_event_type(std::string_view name, const Retention& retention, Event::Payload format,
                                       Access who) {
  auto channel = std::make_shared<detail::Channel>();
  channel->core = impl_->core;
  const std::lock_guard lock(impl_->types_mutex);
  const std::size_t before = impl_->core->log.types();
  session::Visibility& visibility = impl_->core->sessions.visibility;
  const bool restricted = !who.open();
  channel->type = impl_->core->log.add_type(name, retention, format, restricted);
  channel->ages = retention.age.count() > 0;
  if (impl_->core->log.types() > before) {
    impl_->core->watchers.add_type(name, restricted);
    if (restricted) visibility.restrict(channel->type, std::move(who));
  } else if (restricted && !visibility.is(channel->type, who)) {
    throw std::logic_error("pushwire: event type '" + std::string(name) + "' is registered for others");
  }
  return detail::Emitter(std::move(channel));
}

void Server::add_handler(std::string_view name, detail::Handler handler, Access who) {
  impl_->core->sessions.messages.handlers().add(name, std::move(handler), std::move(who));
}

bool Server::off(std::string_view name) { return impl_->core->sessions.messages.handlers().remove(name); }

void Server::on_join(std::function<void(const Session&)> callback) { impl_->core->set_on_join(std::move(callback)); }

void Server::on_leave(std::function<void(const Session&)> callback) { impl_->core->set_on_leave(std::move(callback)); }

std::vector<Session> Server::sessions() const {
  Core& core = *impl_->core;
  core.sessions.sessions.expire(core.clock.now());  // also while nobody serves
  return core.sessions.sessions.list();
}

Recipient Server::to(std::string_view session_id) const {
  auto record = impl_->core->sessions.sessions.find(session_id);
  if (!record) return {};
  auto addressee = std::make_shared<detail::Addressee>(detail::Addressee{impl_->core, std::move(record)});
  return Recipient(detail::PrivateEmitter(std::move(addressee)));
}

void Server::reauthorize(std::string_view session_id) {
  auto record = impl_->core->sessions.sessions.find(session_id);
  if (!record) return;
  record->rights_from.store(impl_->core->log.mark());  // also while nobody serves
  impl_->core->mailbox.post(
      [record](net::Hub& hub) { hub.judge_again([&](const session::Record* of) { return of == record.get(); }); });
}

void Server::reauthorize() {
  const Sequence mark = impl_->core->log.mark();
  for (const auto& record : impl_->core->sessions.sessions.records()) record->rights_from.store(mark);
  impl_->core->mailbox.post([](net::Hub& hub) { hub.judge_again([](const session::Record*) { return true; }); });
}

std::size_t Server::poll() { return impl_->core->dispatcher->poll(); }

int Server::notify_fd() const noexcept { return impl_->core->dispatcher->descriptor(); }

void Server::add_asset(Asset asset) {
  impl_->check_path("asset", asset.path);
  Head check;
  check.add("Content-Type", asset.content_type);  // throws for what cannot stand in a head
  check.add("Cache-Control", asset.cache_control);
  endpoints::File file{
      std::move(asset.content_type), std::move(asset.cache_control), {}, {nullptr, asset.body}, {nullptr, asset.gzip}};
  if (!impl_->endpoints.files().add(asset.path, std::move(file))) {
    throw std::invalid_argument("pushwire: the asset path \"" + asset.path + "\" is taken");
  }
}

void Server::add_folder(std::string path, std::string_view folder) {
  impl_->check_path("folder", path);
  if (path.back() != '/') path += '/';
  impl_->endpoints.add_folder(std::move(path), std::string(folder));
}

net::PageRouter& Server::page_router(std::shared_ptr<net::PageRouter> (*make)(const net::PageHost&)) {
  const auto frozen = [this] {
    if (impl_->frozen.load()) throw std::logic_error("pushwire: pages are registered before the first start");
  };
  frozen();
  const std::lock_guard lifecycle(impl_->lifecycle_mutex);
  frozen();
  net::HubSettings& settings = impl_->settings;
  if (!settings.pages) {
    settings.pages = std::make_shared<net::PageQueue>(
        make({[logbook = settings.logbook](LogLevel level, std::string_view line, std::string_view peer) {
                logbook->write(level, line, peer);
              },
              settings.authorize}),
        settings.limits, impl_->work_on(&Core::pages), impl_->core->mailbox);
  }
  return settings.pages->router();
}

void Server::start() {
  if (impl_->on_reactor_thread()) {
    if (running()) return;
    throw std::logic_error("pushwire: start from inside a stop");
  }
  const std::lock_guard lifecycle(impl_->lifecycle_mutex);
  const std::string& address = OptionsReader::address(impl_->options);
  OptionsReader::check_reach(impl_->options);
  if (impl_->reactor) {
    if (running()) return;
    impl_->end_reactor();
  }
  const auto tls = OptionsReader::open_tls(impl_->options, impl_->settings.logbook);
  net::HubSettings settings = impl_->settings;
  settings.tls = tls;
  Core& core = *impl_->core;
  net::HubParts parts{core.log,         core.watchers, core.clock,      impl_->transports,
                      impl_->endpoints, core.sessions, impl_->counters, core.mailbox};
  auto reactor = std::make_unique<net::Reactor>(std::move(settings), parts, impl_->core->waker, address,
                                                OptionsReader::port(impl_->options));
  impl_->frozen.store(true);
  if (impl_->settings.pages) impl_->settings.pages->router().arm(true);
  impl_->use(tls);
  impl_->port.store(reactor->port());
  impl_->reactor = std::move(reactor);
  impl_->serving.store(impl_->reactor.get());
  impl_->reactor->start();
}

bool Server::stop() noexcept {
  try {
    const auto timeout = OptionsReader::stop_timeout(impl_->options);
    if (impl_->on_reactor_thread()) {  // it ends by itself, and must not wait for itself
      impl_->port.store(0);
      impl_->serving.load()->request_stop(timeout);
    } else {
      const std::lock_guard lifecycle(impl_->lifecycle_mutex);
      if (impl_->reactor) {
        impl_->port.store(0);
        impl_->reactor->request_stop(timeout);
        impl_->end_reactor();
      }
    }
    const Core& core = *impl_->core;
    return core.dispatcher->busy() || core.judges->busy() || core.pages->busy();
  } catch (...) {  // a mutex that cannot be locked: nothing more can be done here
    return false;
  }
}

bool Server::flush(std::chrono::milliseconds timeout) {
  if (!running() || impl_->on_reactor_thread()) return false;
  auto fan_out = std::make_shared<std::promise<void>>();
  std::future<void> news = fan_out->get_future();
  // The tasks of a turn are done behind its fan-out. One that is dropped breaks its promise.
  impl_->core->mailbox.post([fan_out = std::move(fan_out)](net::Hub&) { fan_out->set_value(); });
  if (news.wait_for(timeout) != std::future_status::ready) return false;
  try {
    news.get();
    return true;
  } catch (const std::future_error&) {
    return false;
  }
}

bool Server::running() const noexcept { return impl_->port.load() != 0; }

std::uint16_t Server::port() const noexcept { return impl_->port.load(); }

std::string Server::url() const {
  const std::uint16_t port = impl_->port.load();
  if (port == 0) return {};
  const std::string host = OptionsReader::url_host(impl_->options);
  return (OptionsReader::tls(impl_->options) ? "https://" : "http://") + host + ":" + std::to_string(port) + "/";
}

std::string Server::launch_url() const {
  const net::HubSettings& settings = impl_->settings;
  std::string url = this->url();
  if (url.empty() || !settings.launch) return {};
  url.pop_back();
  return url + settings.base_path + "/launch?token=" + settings.launch->text();
}

void Server::reload_tls() {
  if (!OptionsReader::tls(impl_->options)) throw std::logic_error("pushwire: reload_tls without Options::tls");
  if (const auto tls = impl_->tls_in_use()) tls->reload();
}

std::string Server::tls_fingerprint() const {
  const auto tls = impl_->tls_in_use();
  return tls ? tls->fingerprint() : std::string();
}

Stats Server::stats() const {
  const net::Counters& counters = impl_->counters;
  const auto read = [](const net::Counters::Count& count) { return count.load(std::memory_order_relaxed); };
  Stats stats;
  stats.events = impl_->core->log.appended();
  stats.log_bytes = impl_->core->log.bytes();
  stats.connections = read(counters.connections);
  for (std::size_t i = 0; i < impl_->transports.size(); ++i) {
    stats.conversations[std::string(impl_->transports[i]->name())] = read(counters.conversations[i]);
  }
  stats.accepted = read(counters.accepted);
  stats.requests = read(counters.requests);
  stats.deliveries = read(counters.deliveries);
  stats.bytes_sent = read(counters.bytes_sent);
  stats.encodings = read(counters.encodings);
  stats.gaps = read(counters.gaps);
  stats.resets = read(counters.resets);
  stats.sessions = impl_->core->sessions.sessions.size();
  stats.too_slow = read(counters.too_slow);
  stats.refused_full = read(counters.refused_full);
  stats.refused_per_peer = read(counters.refused_per_peer);
  stats.refused_rate = read(counters.refused_rate);
  stats.refused_bodies = read(counters.refused_bodies);
  stats.refused_floods = read(counters.refused_floods);
  stats.refused_frames = read(counters.refused_frames);
  stats.refused_messages = impl_->core->sessions.messages.refused();
  stats.timed_out_heads = read(counters.timed_out_heads);
  stats.timed_out_bodies = read(counters.timed_out_bodies);
  stats.timed_out_idle = read(counters.timed_out_idle);
  stats.timed_out_authorize = read(counters.timed_out_authorize);
  stats.accept_pauses = read(counters.accept_pauses);
  for (std::size_t status = 0; status < counters.refusals.size(); ++status) {
    if (const auto count = read(counters.refusals[status])) stats.refusals[static_cast<int>(status)] = count;
  }
  return stats;
}

}  // namespace pushwire
