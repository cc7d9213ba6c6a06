// What is worth a line in the log, decided from what was and what is. Each class remembers the last state; the first
// update only learns.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "readings.hpp"

namespace device_monitor {

struct Happening {
  std::string kind;  // process-started, process-ended, interface-up, interface-down, load-high, load-normal
  std::string text;
};

// Processes that came and went. A few are told one by one; a burst (a build, a fork bomb) becomes one line with
// counts by name and then a pause, so that it cannot push everything else out of the log.
class ProcessHappenings {
 public:
  static constexpr std::size_t kSingly = 3;       // that many of a kind in one update are told one by one
  static constexpr double kPauseSeconds = 5;      // after a burst
  static constexpr std::size_t kNamesTold = 4;    // in the line of a burst
  static constexpr std::size_t kMostNames = 256;  // counted during a pause; further ones are "others"

  // `now`: names by process id.
  std::vector<Happening> update(std::map<int, std::string> now, double seconds);

 private:
  struct Changes {
    std::map<std::string, std::size_t> by_name;
    std::vector<std::string> singly;  // the first few, as text
    std::size_t count = 0;

    void add(int pid, const std::string& name);
    void tell(std::string_view kind, std::string_view verb, std::vector<Happening>& out) const;
  };

  std::optional<std::map<int, std::string>> before_;
  Changes started_;
  Changes ended_;
  double silent_until_ = 0;
};

class LinkHappenings {
 public:
  std::vector<Happening> update(const std::vector<Link>& now);

 private:
  std::optional<std::map<std::string, bool>> before_;
};

// Load at or above one for each core is high until it is below three quarters of that: a load that hovers about the
// threshold is told once.
class LoadHappenings {
 public:
  explicit LoadHappenings(std::size_t cores) : high_(static_cast<double>(cores == 0 ? 1 : cores)) {}

  std::optional<Happening> update(double load);

 private:
  double high_;
  bool is_high_ = false;
};

}  // namespace device_monitor
