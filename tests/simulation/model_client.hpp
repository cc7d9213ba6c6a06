// A client as there are many: it wants some event types, reads them by whatever transport it has at the moment, loses
// its connection, comes back by another with its cursor, reads slowly, says wrong things.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulation/conversation.hpp"
#include "simulation/host_model.hpp"
#include "simulation/sim_network.hpp"
#include "simulation/witness.hpp"

namespace pushwire::simulation {

struct ClientSettings {
  bool calm = false;     // neither it nor its network does anything wrong: the server has no reason to end anything
  bool crowded = false;  // the server may refuse it for want of room
  bool sloppy = false;   // says wrong things, too
  std::chrono::milliseconds heartbeat{};  // the server's own
  std::vector<Patterns> pool;             // subscriptions that several clients have in common
  Epoch epoch{};
};

struct ClientParts {
  SimNetwork& network;
  const SimClock& clock;
  const HostModel& host;
  Random& random;
  Verdict& verdict;
};

class ModelClient {
 public:
  ModelClient(std::string name, ClientParts parts, const ClientSettings& settings);

  // Whether run() has something to do now, and when it will have.
  bool runnable() const;
  std::optional<Steady> next_time() const;
  // Connects, reads some bytes, or says what is due.
  void run();
  // Something out of the ordinary course, good or bad.
  void act();

  // From now on it behaves: reads on, comes back, keeps its subscription. Polls end once they have it all.
  void settle();
  void unsettle() { settling_ = false; }
  // Leaves politely, to come back at once.
  void reconnect();
  // It goes for good, in one way or another.
  void leave();
  // The server is ending.
  void expect_end(bool ends) { server_ends_ = ends, heard_bye_ = false; }
  void heard_bye_now() noexcept { heard_bye_ = true; }
  bool heard_bye() const noexcept { return heard_bye_; }
  // It streams, is level, and reads: it can expect to be told goodbye.
  bool level_stream() const;

  bool connected() const noexcept { return conversation_ != nullptr; }
  Conversation* conversation() noexcept { return conversation_.get(); }
  Witness& witness() noexcept { return witness_; }

  // --- for its conversations ---
  Ask ask(bool continues);
  Random& random() noexcept { return parts_.random; }
  const SimClock& clock() const noexcept { return parts_.clock; }
  const HostModel& host() const noexcept { return parts_.host; }
  const ClientSettings& settings() const noexcept { return settings_; }
  bool settling() const noexcept { return settling_; }
  bool server_ends() const noexcept { return server_ends_; }
  std::uint64_t step() const noexcept { return parts_.verdict.step; }
  std::string session;       // as the last hello gave it
  Steady session_held_at{};  // when the server certainly had a connection of it, or issued its token
  Patterns some_patterns();
  void fail(const std::string& sentence) { witness_.fail(sentence); }
  bool failed() const noexcept { return parts_.verdict.failed(); }

 private:
  void connect();
  void disconnect();
  void hold_session();

  ClientParts parts_;
  const ClientSettings& settings_;
  Witness witness_;
  Patterns patterns_;
  std::unique_ptr<Conversation> conversation_;
  std::shared_ptr<Link> link_;
  Steady next_connect_;
  Steady stalled_until_{};
  std::size_t bite_ = 1024;  // the most bytes that it reads at once
  bool settling_ = false;
  bool server_ends_ = false;
  bool heard_bye_ = false;
  bool gone_ = false;
};

}  // namespace pushwire::simulation
