// What a run of the load generator does: its command line.
#pragma once

#include <sys/types.h>

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pushwire::bench::load {

enum class Transport : std::uint8_t { websocket, sse, long_poll, poll };

// How a poll says where it reads on: not at all; by ?after= with the cursor that the last answer names; by If-None-Match
// and If-Modified-Since with what it came with; by ?since= with the last sequence number.
enum class CursorKind : std::uint8_t { none, after, etag, seq };

struct Options {
  Transport transport = Transport::websocket;
  std::uint16_t port = 0;
  std::size_t connections = 1;
  std::string path = "/";
  std::vector<std::string> headers;  // "Name: value"
  std::string first;                 // a WebSocket's first message
  std::optional<CursorKind> cursor;
  double interval = 1;
  double throughput = 0;
  std::string sequence_field = "seq";
  std::string time_field = "t";
  std::size_t sample_every = 10;
  std::size_t concurrency = 256;
  double duration = 0;
  double quiet = 1;
  std::uint64_t expect = 0;
  double settle = 0.3;
  double idle = 0;
  pid_t start = 0;   // gets SIGUSR2
  pid_t server = 0;  // is measured
  int core = -1;
  std::string counter;
  std::string label;

  bool polls() const { return transport == Transport::long_poll || transport == Transport::poll; }
  bool measures_throughput() const { return throughput > 0; }
  // Throughput is that of one request, again and again.
  CursorKind cursor_kind() const {
    return cursor.value_or(measures_throughput() ? CursorKind::none : CursorKind::after);
  }
  // Between an answer and the next request.
  double pause() const { return transport == Transport::poll && !measures_throughput() ? interval : 0; }
};

// Declares the options; `options` gets their values when `app` parses.
void add_options(CLI::App& app, Options& options);

}  // namespace pushwire::bench::load
