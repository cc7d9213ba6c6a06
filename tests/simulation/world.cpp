#include "simulation/world.hpp"

#include <algorithm>
#include <utility>

#include "builtin_transports.hpp"

namespace pushwire::simulation {

namespace {

Epoch epoch_of(Random& random) {
  Epoch epoch{};
  for (char& c : epoch) c = "abcdefghijklmnopqrstuvwxyz0123456789"[random.below(36)];
  return epoch;
}

}  // namespace

World::Profile::Profile(Random& random) {
  calm = random.one_in(4);
  racing = random.one_in(2) ? random.between(2, 40) : 0;
  host_acts = random.between(20, 100);
  client_acts = random.between(10, 120);
  crowded = !calm && random.one_in(6);
  sloppy = !calm && random.one_in(3);
  clients = random.between(1, 9);
  steps = random.between(300, 2500);
  indexed = std::size_t{1} << (random.one_in(3) ? random.between(2, 6) : 13);
  const std::vector<std::size_t> reads{200, 1000, 4000, 65536};
  const std::vector<std::size_t> caches{0, 2000, 4 * 1024 * 1024};
  const std::vector<std::size_t> sizes{100, 2000, 20'000, 120'000};
  limits.read_bytes = random.pick(reads);
  limits.encoded_bytes = random.pick(caches);
  limits.event_bytes = 256 * 1024;
  if (crowded) limits.connections = random.between(1, 4);
  heartbeat = std::chrono::seconds(15);
  if (!calm) {
    heartbeat = std::chrono::milliseconds(random.between(1000, 15'000));
    limits.slow_client_timeout = std::chrono::milliseconds(random.between(2000, 30'000));
    limits.keep_alive_timeout = std::chrono::milliseconds(random.between(2000, 60'000));
  }
  host.most_types = random.between(1, 12);
  host.most_payload = random.pick(sizes);
  host.rates = random.one_in(2);
  host.event_bytes = limits.event_bytes;
  network.whole = random.one_in(8);
  network.most_send_buffer = std::max<std::size_t>(128, random.pick(sizes));
  network.most_window = std::max<std::size_t>(128, random.pick(sizes));
  // Small buffers and large events together would only be slow.
  if (host.most_payload > 4000) network.most_send_buffer = network.most_window = 120'000;
  network.most_delay_us = random.one_in(4) ? 0 : random.between(1, 20'000);
}

std::optional<net::Response> World::Pages::respond(const Request& request, const session::IdentityPtr&) {
  if (request.path != "/page") return std::nullopt;
  net::Response response;
  response.content_type = "text/plain";
  response.body = {nullptr, "page"};
  return response;
}

World::World(std::uint64_t seed, bool traced)
    : random_(seed),
      profile_(random_),
      epoch_(epoch_of(random_)),
      log_(epoch_, {profile_.limits.event_bytes, 100, profile_.indexed}),
      transports_(builtin_transports(profile_.limits)),
      sessions_(log_, {}, session::Tokens({1, 2, 3, 4, 5, 6, 7, 8}, seed)),
      host_({log_, watchers_, clock_, random_, verdict_, [this] { woken_ = true; }}, profile_.host),
      network_(random_, clock_, profile_.network) {
  verdict_.traced = traced;
  watchers_.on_change([this](log::TypeId type, bool watched) {
    if (told_watched_.size() <= type) told_watched_.resize(type + 1);
    if (told_watched_[type].value_or(false) == watched) verdict_.fail("a change of watched() that is none");
    told_watched_[type] = watched;
  });
  for (std::size_t n = random_.between(1, 4); n > 0; --n) host_.add_type();
  for (std::size_t n = random_.below(30); n > 0; --n) host_.act();
  begin_hub();
  if (profile_.racing != 0) {
    network_.meanwhile = [this] {
      if (host_acts_ || meanwhile_left_ == 0 || !random_.one_in(profile_.racing)) return;
      host_acts_ = true;
      --meanwhile_left_;
      if (random_.one_in(3)) host_.burst();
      else host_.act();
      host_acts_ = false;
    };
  }

  client_settings_.calm = profile_.calm;
  client_settings_.crowded = profile_.crowded;
  client_settings_.sloppy = profile_.sloppy;
  client_settings_.heartbeat = profile_.heartbeat;
  client_settings_.epoch = epoch_;
  client_settings_.pool = {{}, {"sensor.*"}, {"log", "alarm", "position"}};
  client_settings_.pool.resize(random_.between(1, client_settings_.pool.size()));
  for (std::size_t i = 0; i < profile_.clients; ++i) {
    clients_.push_back(std::make_unique<ModelClient>(
        "client " + std::to_string(i), ClientParts{network_, clock_, host_, random_, verdict_}, client_settings_));
  }
}

World::~World() {
  network_.meanwhile = nullptr;
  clients_.clear();
  hub_.reset();
}

std::string World::describe() const {
  std::string text = std::to_string(profile_.clients) + " clients, " + std::to_string(host_.head()) +
                     " events, reads of " + std::to_string(profile_.limits.read_bytes) + ", index of " +
                     std::to_string(profile_.indexed);
  for (const auto& [is, word] : {std::pair{profile_.calm, ", calm"},
                                 {profile_.racing != 0, ", racing"},
                                 {profile_.crowded, ", crowded"},
                                 {profile_.sloppy, ", sloppy"}}) {
    if (is) text += word;
  }
  return text;
}

std::string World::fingerprint() const {
  return std::to_string(verdict_.step) + " steps, " + std::to_string(host_.head()) + " events, " +
         std::to_string(counters_.bytes_sent.load()) + " bytes, " + std::to_string(random_.state());
}

// --- the reactor ---

void World::begin_hub() {
  net::HubSettings settings;
  settings.limits = profile_.limits;
  settings.heartbeat = profile_.heartbeat;
  settings.seed = random_.next();
  const auto fail = [this](LogLevel, std::string_view line) {
    verdict_.fail("the server's log: " + std::string(line));
  };
  settings.logbook = std::make_shared<net::Logbook>(fail, LogLevel::error, clock_);
  settings.want_turn = [this] { turn_wanted_ = true; };
  hub_ = std::make_unique<net::Hub>(
      std::move(settings),
      net::HubParts{log_, watchers_, clock_, transports_, pages_, *sessions_.service, counters_, sessions_.mailbox});
  armed_.reset();
  hub_->tick();
  served();
}

void World::served() {
  host_.sync();
  const auto next = hub_->next_deadline();
  if (!next) armed_.reset();
  else if (!armed_ || *armed_ > *next) armed_ = next;
}

bool World::step(Ticks ticks) {
  ++verdict_.step;
  tasks_.clear();
  network_.collect(tasks_);
  const std::size_t of_network = tasks_.size();
  const bool tick = ticks == Ticks::as_due && armed_ && *armed_ <= clock_.steady();
  std::vector<ModelClient*> ready;
  for (const auto& client : clients_) {
    if (client->runnable()) ready.push_back(client.get());
  }
  const std::size_t all = of_network + ready.size() + (turn_wanted_ ? 1 : 0) + (woken_ ? 1 : 0) + (tick ? 1 : 0);
  if (all == 0) return pass_time(ticks);
  if (random_.one_in(12)) clock_.pass(std::chrono::microseconds(random_.below(1000)));
  std::size_t pick = random_.below(all);
  if (pick < of_network) {
    network_.run(tasks_[pick], [this](std::shared_ptr<net::Wire> wire) { hub_->accept(std::move(wire)); });
    if (random_.one_in(16)) network_.sweep();
    served();
    return true;
  }
  pick -= of_network;
  if (pick < ready.size()) {
    ready[pick]->run();
    return true;
  }
  pick -= ready.size();
  if (turn_wanted_ && pick-- == 0) {
    turn_wanted_ = false;
    hub_->turn();
    hub_->reap();
  } else if (woken_ && pick-- == 0) {
    woken_ = false;
    hub_->turn();
    hub_->reap();
  } else {
    armed_.reset();
    hub_->tick();
  }
  served();
  return true;
}

bool World::pass_time(Ticks ticks) {
  std::optional<Steady> next = network_.next_time();
  const auto sooner = [&](std::optional<Steady> other) {
    if (other && (!next || *other < *next)) next = other;
  };
  for (const auto& client : clients_) sooner(client->next_time());
  if (ticks == Ticks::as_due) sooner(armed_);
  if (!next) return false;
  clock_.pass_until(std::max(*next, clock_.steady() + std::chrono::microseconds(1)));
  return true;
}

bool World::run_until(const std::function<bool()>& condition, Ticks ticks, std::size_t most_steps) {
  for (std::size_t n = 0; n < most_steps && !verdict_.failed(); ++n) {
    if (random_.one_in(16) && condition()) return true;
    if (!step(ticks)) return condition();
  }
  return !verdict_.failed() && condition();
}

bool World::run_out(Ticks ticks, std::size_t most_steps) {
  for (std::size_t n = 0; n < most_steps && !verdict_.failed(); ++n) {
    if (!step(ticks)) return true;
  }
  return false;
}

bool World::all(bool (*holds)(ModelClient&)) {
  return std::all_of(clients_.begin(), clients_.end(), [&](const auto& client) { return holds(*client); });
}

}  // namespace pushwire::simulation
