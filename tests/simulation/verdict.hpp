// Where a run's first broken promise is written down. Nothing throws: checks are made in the middle of the server's own
// calls too.
#pragma once

#include <cstdint>
#include <iostream>
#include <string>
#include <utility>

namespace pushwire::simulation {

struct Verdict {
  std::string broken;      // empty: all is well
  std::uint64_t step = 1;  // of the run; orders what happened

  void fail(std::string sentence) {
    if (broken.empty()) broken = "step " + std::to_string(step) + ": " + std::move(sentence);
  }
  bool failed() const noexcept { return !broken.empty(); }

  // What happens, for whoever looks into one run; `text` is called only then.
  bool traced = false;
  template <class Text>
  void note(Text text) const {
    if (traced) std::cerr << step << ' ' << text() << '\n';
  }
};

}  // namespace pushwire::simulation
