// Where all that the library has to say passes through, on its way to the host's callback: whatever clients put into a
// line, it is one line, short, and without bytes that steer a terminal; and whatever they do, lines are few.
//
// A line's subject is the peer that it is about, else its own text. Of one subject kLines are written in a period, of one
// level kAllLines; what is left out is counted, and told when the period has ended: "<subject>: … and 123 more in 10 s".
//
// Threads: any; the callback is called without a lock. Memory: kSubjects short texts for each level.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/clock.hpp"
#include "pushwire/options.hpp"

namespace pushwire::net {

class Logbook {
 public:
  static constexpr std::size_t kLineBytes = 1000;  // of a line, what was cut off aside
  static constexpr std::size_t kLines = 5;
  static constexpr std::size_t kAllLines = 50;
  static constexpr std::size_t kSubjects = 128;
  static constexpr std::chrono::seconds kPeriod{10};

  // `to` may be empty, and may throw. Below `least` nothing is written. `clock` outlives the logbook.
  Logbook(LogCallback to, LogLevel least, const Clock& clock) : to_(std::move(to)), least_(least), clock_(clock) {}

  // `peer`: an address, or empty where the line is about nobody in particular.
  void write(LogLevel level, std::string_view line, std::string_view peer = {}) noexcept;
  // Tells of what was left out in periods that have ended.
  void sum_up() noexcept;
  // When the next of these ends.
  std::optional<log::Steady> next_due() const;

 private:
  using Lines = std::vector<std::pair<LogLevel, std::string>>;
  struct Period {
    log::Steady ends{};
    std::size_t written = 0;
    std::uint64_t left_out = 0;
  };
  // Each level by itself: no noise keeps an error from being told.
  struct Level {
    Period all;                              // `left_out`: of what has no room among the subjects
    std::map<std::string, Period> subjects;  // ordered: clients choose the texts
  };

  static bool admit(Level& level, std::string subject, log::Steady now);
  void end_periods(log::Steady now, Lines& out);
  void hand_over(const Lines& lines) const;

  const LogCallback to_;
  const LogLevel least_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::array<Level, 4> levels_;
};

// `line` in at most `most` bytes, and what was cut off told behind it. Control characters of ASCII and Latin-1, bytes that
// are not UTF-8, line and paragraph separators, marks of byte order and of writing direction stand as \x1b or \u202e.
std::string clean_line(std::string_view line, std::size_t most);

}  // namespace pushwire::net
