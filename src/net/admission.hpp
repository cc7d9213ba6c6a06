// Which new connections are let in: so many at once, so many of one peer, and so fast.
//
// What a peer is, and who is none: Proxies::counted_as.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "net/deadline_wheel.hpp"
#include "net/http/access.hpp"
#include "pushwire/options.hpp"
#include "session/rate.hpp"

namespace pushwire::net {

enum class Admission : std::uint8_t { granted, full, peer_full, too_fast };

// Why it is not granted, for whoever is told.
std::string_view sentence_of(Admission admission) noexcept;

class Admissions {
  struct Peer;
  // Ordered: peers choose their IPv6 addresses, and could choose such as collide in a hash table.
  using Peers = std::map<std::string, Peer>;
  struct Peer {
    Peers& all;
    std::size_t connections = 0;
  };

 public:
  // A connection's place among those of its peer, given back at its end; empty where it is not counted. Outlived by the
  // Admissions.
  class Seat {
   public:
    Seat() = default;
    explicit Seat(Peers::value_type& peer) noexcept : peer_(&peer) {}
    ~Seat() { leave(); }
    Seat(Seat&& other) noexcept : peer_(other.peer_) { other.peer_ = nullptr; }
    Seat& operator=(Seat&&) = delete;

   private:
    void leave() noexcept;

    Peers::value_type* peer_ = nullptr;
  };
  struct Judgment {
    Admission admission = Admission::granted;
    Seat seat;  // granted, and counted
  };

  Admissions(const Limits& limits, const AccessPolicy& access)
      : limits_(limits), access_(access), rate_(limits.connections_per_second, limits.connection_burst) {}

  // Of a connection from `peer` (Wire::peer_address) beside `open` others.
  Judgment judge(std::string_view peer, std::size_t open, Steady now);
  std::size_t peers() const noexcept { return peers_.size(); }

 private:
  const Limits& limits_;
  const AccessPolicy& access_;
  session::Rate rate_;
  Peers peers_;
};

}  // namespace pushwire::net
