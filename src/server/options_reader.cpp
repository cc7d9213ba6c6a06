#include "server/options_reader.hpp"

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "builtin_transports.hpp"
#include "net/http/authority.hpp"
#include "net/http/launch_token.hpp"
#include "session/token.hpp"

namespace pushwire {

namespace {

constexpr std::size_t kMostTransports = 64;

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

const std::string& OptionsReader::address(const Options& options) { return options.address_; }

std::string OptionsReader::url_host(const Options& options) {
  std::string host = options.address_;
  if (host == "0.0.0.0" || host == "::") {
    // "All addresses" cannot be browsed to. What clients call this machine can, and else its own address.
    host = !options.hosts_.empty() ? options.hosts_.front() : host == "::" ? "::1" : "127.0.0.1";
  }
  return host.find(':') == std::string::npos || host.front() == '[' ? host : '[' + host + ']';
}

std::uint16_t OptionsReader::port(const Options& options) { return options.port_; }

void OptionsReader::check_reach(const Options& options) {
  const auto address = net::parse_host(options.address_);
  if (!address || address->kind == net::HostName::Kind::name) return;  // nobody can listen there: who tries will say so
  if (options.insecure_lan_ || net::is_loopback(net::unmapped(*address))) return;
  const bool tls = options.tls_ != Options::Tls::none;
  if (tls && (options.authorize_ || options.launch_token_)) return;
  throw std::invalid_argument("pushwire: " + options.address_ + " is reached from other machines, where everybody " +
                              (tls ? "may use this server" : "can read and change what passes") +
                              ": say tls() or tls_self_signed(), and authorize() or launch_token(); or insecure_lan()");
}

bool OptionsReader::tls(const Options& options) { return options.tls_ != Options::Tls::none; }

std::shared_ptr<net::Tls> OptionsReader::open_tls(const Options& options, std::shared_ptr<net::Logbook> logbook) {
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

std::chrono::milliseconds OptionsReader::stop_timeout(const Options& options) { return options.stop_timeout_; }

std::vector<std::shared_ptr<const Transport>> OptionsReader::transports(const Options& options) {
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

CoreSettings OptionsReader::core_settings(const Options& options, std::shared_ptr<net::Logbook> logbook) {
  const Limits& limits = options.limits_;
  CoreSettings settings;
  settings.log.event_bytes = limits.event_bytes;
  settings.log.types = limits.event_types;
  settings.log.private_events = limits.private_events;
  settings.log.private_bytes = limits.private_bytes;
  settings.log.private_keys = limits.private_keys;
  settings.sessions.sessions = {limits.sessions, options.session_lease_, limits.messages_per_second,
                                limits.message_burst};
  settings.sessions.messages = {limits.message_bytes, limits.pending_requests, limits.pending_bytes, limits.reply_bytes,
                                limits.reply_timeout};
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

std::shared_ptr<net::Logbook> OptionsReader::logbook(const Options& options) {
  static const net::SystemClock kClock;
  if (options.log_set_) return std::make_shared<net::Logbook>(options.log_, LogLevel::debug, kClock);
  return std::make_shared<net::Logbook>(log_to_stderr, LogLevel::warning, kClock);
}

LogCallback OptionsReader::lines_of(std::shared_ptr<net::Logbook> logbook) {
  return [logbook = std::move(logbook)](LogLevel level, std::string_view line) { logbook->write(level, line); };
}

std::shared_ptr<const AuthorizeCallback> OptionsReader::authorize(const Options& options) {
  return options.authorize_ ? std::make_shared<const AuthorizeCallback>(options.authorize_) : nullptr;
}

net::HubSettings OptionsReader::hub_settings(const Options& options) {
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

}  // namespace pushwire
