#include <algorithm>

#include "simulation/world.hpp"

namespace pushwire::simulation {

namespace {

constexpr std::size_t kMany = 400'000;  // steps in which anything that is to come must have come

}  // namespace

void World::run() {
  chaos(profile_.steps / 2);
  if (!verdict_.failed()) quiet_moment();
  chaos(profile_.steps / 2);
  if (!verdict_.failed() && random_.one_in(4)) {
    stop();
    if (!verdict_.failed()) {
      begin_hub();
      for (const auto& client : clients_) client->expect_end(false);
      chaos(profile_.steps / 3);
    }
  }
  if (!verdict_.failed()) settle();
  if (!verdict_.failed()) check_bounds();
  if (verdict_.failed()) return;
  if (random_.one_in(2)) stop();
  else abandon();
  if (!verdict_.failed()) check_left();
}

void World::chaos(std::size_t steps) {
  meanwhile_left_ = kMany;
  for (std::size_t n = 0; n < steps && !verdict_.failed(); ++n) {
    const std::size_t lot = random_.below(1000);
    const std::size_t clients = profile_.host_acts + profile_.client_acts;
    if (lot < profile_.host_acts) {
      ++verdict_.step;
      host_.act();
    } else if (lot < clients) {
      ++verdict_.step;
      random_.pick(clients_)->act();
    } else if (lot < clients + 3 && !profile_.calm) {
      clock_.pass(std::chrono::milliseconds(random_.skewed(70'000)));
      clock_.shift_wall(static_cast<std::int64_t>(random_.below(200'000)) - 150'000);
    } else if (lot < clients + 20 && profile_.sloppy) {
      stranger();
    } else if (!step(Ticks::as_due)) {
      clock_.pass(std::chrono::milliseconds(1));
    }
  }
}

void World::stranger() {
  if (strangers_.empty() || random_.one_in(2)) strangers_.push_back(network_.connect());
  Link& link = *random_.pick(strangers_);
  switch (random_.below(8)) {
    case 0: {
      std::string junk(random_.skewed(40'000), '\0');
      for (char& c : junk) c = static_cast<char>(random_.next());
      return link.send(junk);
    }
    case 1: return link.send("GET /pushwire/poll HTTP/1.1\r\nHost: localh");
    case 2: return link.send("ost\r\n\r\n");
    case 3:
      return link.send(
          "POST /page HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n12345");
    case 4:
      // Many questions, and no ear for the answers.
      for (std::size_t n = random_.skewed(2000); n > 0; --n) {
        link.send("GET /pushwire/poll?after=earliest HTTP/1.1\r\nHost: localhost\r\n\r\n");
      }
      return;
    case 5: return link.half_close();
    case 6: return random_.one_in(2) ? link.reset() : link.close();
    default:
      if (link.readable()) link.take(random_.skewed(10'000));
  }
}

void World::quiet_moment() {
  meanwhile_left_ = random_.below(6);
  for (const auto& client : clients_) {
    client->settle();
    if (random_.one_in(2)) client->reconnect();
  }
  for (std::size_t n = random_.below(4); n > 0; --n) host_.act();
  if (run_out(Ticks::none, kMany / 10)) {
    for (const auto& client : clients_) {
      if (!verdict_.failed() && client->level_stream()) client->witness().level();
    }
  }
  for (const auto& client : clients_) client->unsettle();
}

// No more trouble: everybody has to end up with all that there is, without a timer's help where none is needed.
void World::settle() {
  meanwhile_left_ = 0;
  network_.ease();
  for (const auto& client : clients_) client->settle();
  const auto level = [](ModelClient& client) {
    return client.connected() && client.conversation()->level() && !client.conversation()->over();
  };
  // Where there is not room for all, some come again and again in vain.
  const std::size_t patience = profile_.crowded ? profile_.steps : kMany;
  const bool there = run_until([&] { return !host_.holds_back() && all(level); }, Ticks::as_due, patience);
  if (!there && !verdict_.failed() && !profile_.crowded) {
    for (const auto& client : clients_) {
      if (!level(*client)) client->fail("never gets there");
    }
    verdict_.fail("a held-back state never comes");
  }
  if (verdict_.failed()) return;
  ++verdict_.step;
  for (std::size_t n = random_.below(4); n > 0; --n) {
    const auto type = static_cast<TypeIndex>(random_.below(host_.types().size()));
    if (host_.types()[type].retention.max_rate_hz == 0) host_.emit(type);
  }
  for (const auto& client : clients_) client->settle();
  if (run_out(Ticks::none, patience)) check_level();
  else if (!profile_.crowded) verdict_.fail("it never becomes quiet");
}

void World::check_level() {
  for (const auto& client : clients_) {
    const bool level = client->connected() && client->conversation()->level();
    if (!level && profile_.crowded) continue;
    if (!level) client->fail("is not level though nothing is left to happen");
    else if (const Ask* const silent = client->conversation()->silent()) client->witness().silence(*silent);
    if (level && !verdict_.failed()) client->witness().level();
    if (verdict_.failed()) return;
    for (TypeIndex type = 0; type < host_.types().size(); ++type) {
      if (client->witness().wants(type) && !watchers_.watched(type)) client->fail("reads a type that nobody watches");
    }
  }
}

void World::check_bounds() {
  // A batch is a read's worth of payload, or one larger event, in base64 at worst, with what stands around each event;
  // a connection's own bytes are those above which nothing more is read, and what one more read can give rise to.
  const std::size_t around = 400;
  const std::size_t batch = (profile_.limits.read_bytes + profile_.host.most_payload) * 3 / 2 +
                            std::min(log::EventLog::kBatchEvents, profile_.limits.read_bytes) * around;
  const std::size_t bound = 2 * batch + net::Connection::kOwnUnsent + net::Hub::kReadBuffer * 16;
  if (network_.most_unsent() > bound) {
    verdict_.fail("a connection had " + std::to_string(network_.most_unsent()) + " bytes waiting, bound " +
                  std::to_string(bound));
  }
}

void World::stop() {
  std::vector<bool> streaming;
  for (const auto& client : clients_) {
    client->expect_end(true);
    streaming.push_back(client->level_stream());
  }
  const Steady deadline = clock_.steady() + std::chrono::milliseconds(random_.between(500, 2000));
  hub_->begin_stop(deadline);
  served();
  run_until([&] { return hub_->stopped(); }, Ticks::as_due, kMany);
  if (verdict_.failed()) return;
  if (!hub_->stopped()) return verdict_.fail("the server does not stop");
  if (clock_.steady() > deadline + std::chrono::seconds(1)) verdict_.fail("the server stops late");
  run_out(Ticks::none, kMany);
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    if (streaming[i] && !clients_[i]->heard_bye()) clients_[i]->fail("was not told goodbye");
  }
  hub_.reset();
}

// Everybody leaves. What the server did for them has to end, too.
void World::abandon() {
  for (const auto& client : clients_) client->leave();
  for (const auto& link : strangers_) link->close();
  run_until([&] { return hub_->connections() == 0 && !hub_->next_deadline(); }, Ticks::as_due, kMany);
  if (verdict_.failed()) return;
  if (hub_->next_deadline()) verdict_.fail("a deadline is armed though nobody is there");
  hub_->turn();
  hub_->reap();
  if (hub_->connections() != 0) verdict_.fail(std::to_string(hub_->connections()) + " connections are left");
  if (hub_->cohorts().size() >= 64) verdict_.fail("cohorts are left");
}

void World::check_left() {
  for (TypeIndex type = 0; type < host_.types().size(); ++type) {
    if (watchers_.watched(type)) verdict_.fail("a type is watched though nobody is there: " + host_.types()[type].name);
  }
  for (const auto& count : counters_.conversations) {
    if (count.load() != 0) verdict_.fail("a conversation is left");
  }
}

}  // namespace pushwire::simulation
