// Does each scenario once, so that callgrind counts its instructions: a dump for each, with its name as the trigger.
// Prints name, operations and what an operation is, divided by tabs. Outside of callgrind it only does the work.
#include <sys/single_threaded.h>
#include <valgrind/callgrind.h>

#include <cstdio>
#include <string>

#include "scenarios.hpp"

int main() {
  // A server has threads: shared_ptr counts by atomic instructions there, and has to here.
  __libc_single_threaded = 0;
  for (const auto& scenario : pushwire::bench::scenarios()) {
    const std::string name(scenario.name);
    const auto work = scenario.set();
    CALLGRIND_ZERO_STATS;
    const std::size_t done = work();
    CALLGRIND_DUMP_STATS_AT(name.c_str());
    if (done != scenario.operations) {
      std::fprintf(stderr, "%s: %zu operations were done, of %zu\n", name.c_str(), done, scenario.operations);
      return 1;
    }
    std::printf("%s\t%zu\t%s\n", name.c_str(), done, std::string(scenario.operation).c_str());
  }
}
