#include "pushwire/server.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <future>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

#include "endpoints/endpoints.hpp"
#include "net/page_queue.hpp"
#include "net/reactor.hpp"
#include "net/tls/tls.hpp"
#include "server/core.hpp"
#include "server/options_reader.hpp"
#include "session/token.hpp"

namespace pushwire {

namespace {

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

}  // namespace

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
