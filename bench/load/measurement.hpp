// A run: opens all connections, starts the server's emission, watches until it is over, and reads the figures.
#pragma once

#include <cstddef>
#include <cstdint>

#include "load/answers.hpp"
#include "load/connections.hpp"
#include "load/deliveries.hpp"
#include "load/latencies.hpp"
#include "load/options.hpp"
#include "load/server_figures.hpp"

namespace pushwire::bench::load {

struct Outcome {
  Connections::Tally connections;
  Deliveries::Tally deliveries;  // of the whole run
  Answers::Tally answers;        // since the start, as all that follows
  std::uint64_t messages = 0;
  Latencies::Quantiles latencies;
  std::size_t samples = 0;
  std::size_t behind = 0;                  // connections that did not get the last event that another one got
  bool fell_quiet = false;                 // the run ended since nothing came any more
  double connect_s = 0;                    // until all were open
  double span_s = 0;                       // from the first message to the last
  double wall_s = 0;                       // from the start to the end
  double own_cpu_s = 0;                    // meanwhile
  ServerFigures before, open, start, end;  // before the first connection, when all are open, at the start, at the end
};

// Throws std::system_error with a sentence where it cannot run.
Outcome measure(const Options& options);

}  // namespace pushwire::bench::load
