// Lines that wait for somebody to take their bytes, in order, within limits. Each comes to one outcome.
//
// Used by one thread at a time. Times are those of a clock that never goes back.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pipe_sample {

class LineQueue {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class Outcome : std::uint8_t {
    written,
    busy,    // there was no room, or nobody took it in time; nothing of it was written
    closed,  // nobody takes anything any more; its beginning may have been written
  };
  using Done = std::function<void(Outcome outcome)>;
  struct Ended {
    Done done;
    Outcome outcome;
  };
  struct Limits {
    std::size_t lines = 256;
    std::size_t bytes = 4 * 1024 * 1024;
    std::chrono::milliseconds wait{5000};  // for a line to begin
  };

  explicit LineQueue(Limits limits) : limits_(limits) {}

  void push(std::string line, Done done, Time now);
  // What is to be written next, good until the next call; empty where nothing waits.
  std::string_view front() const;
  // The first `bytes` of front() have been written.
  void wrote(std::size_t bytes);

  // Gives up what has waited too long. A line that has begun is not given up: half of it is out.
  void expire(Time now);
  // When expire() has something to do.
  std::optional<Time> next_expiry() const;
  // Everything that waits, and everything to come, is `closed`.
  void close();

  // Those that came to their outcome since the last call. Whoever drives the queue tells them, without a lock.
  std::vector<Ended> take_ended() { return std::exchange(ended_, {}); }

 private:
  struct Line {
    std::string text;
    Done done;
    Time until;
  };
  std::size_t first_waiting() const { return begun_ > 0 ? 1 : 0; }
  void end(std::size_t at, Outcome outcome);

  Limits limits_;
  std::deque<Line> lines_;
  std::vector<Ended> ended_;
  std::size_t bytes_ = 0;  // of lines_
  std::size_t begun_ = 0;  // bytes of the first line that have been written
  bool closed_ = false;
};

}  // namespace pipe_sample
