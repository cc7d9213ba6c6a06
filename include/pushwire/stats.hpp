// Figures of a running server, taken at one moment. Counters begin at the server's construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace pushwire {

struct Stats {
  std::uint64_t events = 0;                          // appended
  std::size_t log_bytes = 0;                         // payload and key bytes that the log keeps now
  std::size_t connections = 0;                       // open now, idle ones included
  std::map<std::string, std::size_t> conversations;  // open now, by transport
  std::uint64_t accepted = 0;                        // connections
  std::uint64_t requests = 0;                        // complete HTTP requests
  std::uint64_t deliveries = 0;                      // events handed to clients' sockets, or answered
  std::uint64_t bytes_sent = 0;
  std::uint64_t encodings = 0;            // events turned into bytes; far below deliveries when clients share
  std::uint64_t gaps = 0;                 // told to clients
  std::uint64_t resets = 0;               // told to clients
  std::size_t sessions = 0;               // with a record, connected or not
  std::uint64_t too_slow = 0;             // connections closed because they took no byte for too long
  std::map<int, std::uint64_t> refusals;  // by HTTP status

  // What the limits have stopped (docs/security.md has them all). Connections of `refused_…` were told so, or, where
  // many came at once, just closed.
  std::uint64_t refused_full = 0;         // above Limits::connections
  std::uint64_t refused_per_peer = 0;     // above Limits::connections_per_peer
  std::uint64_t refused_rate = 0;         // above Limits::connections_per_second
  std::uint64_t refused_bodies = 0;       // above Limits::body_bytes_total
  std::uint64_t refused_floods = 0;       // batches and frames above Limits::messages_per_second
  std::uint64_t refused_frames = 0;       // WebSockets closed with 1002, 1007, 1008 or 1009 for what was sent
  std::uint64_t refused_messages = 0;     // `too-large`, `too-many-pending`, `overloaded`
  std::uint64_t timed_out_heads = 0;      // Limits::header_timeout
  std::uint64_t timed_out_bodies = 0;     // Limits::body_timeout
  std::uint64_t timed_out_idle = 0;       // Limits::keep_alive_timeout
  std::uint64_t timed_out_authorize = 0;  // Limits::authorize_timeout
  std::uint64_t accept_pauses = 0;        // how often the process had no descriptors or memory left for a connection
};

}  // namespace pushwire
