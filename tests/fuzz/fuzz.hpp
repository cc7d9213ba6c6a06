// What fuzz targets have in common. Each is LLVMFuzzerTestOneInput: run by libFuzzer, which makes inputs up, or by
// replay.cpp, which gives it those of the corpus.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace pushwire::fuzz {

// Ends the program where `claim` does not hold.
inline void check(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", claim);
  std::abort();
}

}  // namespace pushwire::fuzz
