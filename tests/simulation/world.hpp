// One simulated run: a server's core with a host, a network and clients, all in one thread and out of one seed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/hub.hpp"
#include "net/test_sessions.hpp"
#include "simulation/host_model.hpp"
#include "simulation/model_client.hpp"
#include "simulation/sim_network.hpp"

namespace pushwire::simulation {

class World {
 public:
  // `traced`: tells on stderr what happens.
  explicit World(std::uint64_t seed, bool traced = false);
  ~World();

  // The whole run. Afterwards `verdict().broken` is empty, or says which promise was broken.
  void run();
  const Verdict& verdict() const noexcept { return verdict_; }
  // What the run was like, for whoever has to look into it.
  std::string describe() const;
  // Two runs of one seed have the same.
  std::string fingerprint() const;

 private:
  struct Profile {
    explicit Profile(Random& random);
    bool calm;
    std::size_t racing;     // the host emits in the middle of the server's turns, too: once in so many calls; 0: never
    std::size_t host_acts;  // out of 1000 steps
    std::size_t client_acts;  // out of 1000 steps
    bool crowded;
    bool sloppy;
    std::size_t clients;
    std::size_t steps;
    std::size_t indexed;
    Limits limits;
    std::chrono::milliseconds heartbeat;
    NetworkSettings network;
    HostSettings host;
  };
  class Pages final : public net::Responder {
   public:
    std::optional<net::Response> respond(const Request& request, const session::IdentityPtr&) override;
  };
  // A connection of somebody who is no client.
  void stranger();
  enum class Ticks { as_due, none };

  void begin_hub();
  void chaos(std::size_t steps);
  // One task that is due, picked by chance; time passes where none is. False: nothing is left to happen.
  bool step(Ticks ticks);
  bool pass_time(Ticks ticks);
  // Nobody makes trouble for a while: streams have to be level then, though no timer helped.
  void quiet_moment();
  void settle();
  bool run_until(const std::function<bool()>& condition, Ticks ticks, std::size_t most_steps);
  // Until nothing is left to happen. False: there always is.
  bool run_out(Ticks ticks, std::size_t most_steps);
  void check_level();
  void check_bounds();
  void stop();
  void abandon();
  void check_left();
  void served();  // after every call of the hub: what the reactor does between two of them
  bool all(bool (*holds)(ModelClient&));

  Random random_;
  Profile profile_;
  SimClock clock_;
  Verdict verdict_;
  Epoch epoch_;
  log::EventLog log_;
  log::Watchers watchers_;
  std::vector<std::optional<bool>> told_watched_;
  std::vector<std::shared_ptr<const Transport>> transports_;
  net::TestSessions sessions_;
  net::Counters counters_;
  Pages pages_;
  HostModel host_;
  SimNetwork network_;
  ClientSettings client_settings_;
  std::vector<std::unique_ptr<ModelClient>> clients_;
  std::vector<std::shared_ptr<Link>> strangers_;
  std::vector<SimNetwork::Task> tasks_;
  std::unique_ptr<net::Hub> hub_;
  std::optional<Steady> armed_;  // the reactor's timer
  bool turn_wanted_ = false;
  bool woken_ = false;
  bool host_acts_ = false;          // guards against itself
  std::size_t meanwhile_left_ = 0;  // how often the host may still emit in the middle of the server's turns
};

}  // namespace pushwire::simulation
