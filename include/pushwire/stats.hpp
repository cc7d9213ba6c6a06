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
};

}  // namespace pushwire
