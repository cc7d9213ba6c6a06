// Reads server-sent events (WHATWG HTML, 9.2.6) from a stream's bytes, however they are cut. Lines end with a line feed,
// with or without a carriage return before it; a carriage return alone, which the standard allows too, ends none here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pushwire::bench::load {

class EventStream {
 public:
  // Of an event, and of a line.
  static constexpr std::size_t kMostBytes = std::size_t{16} << 20;

  // The data of the next event that is complete, without it where it had none (a comment, say); nothing where no more is.
  // Takes what it has read from the front of `bytes`. What it answers is there until the next call.
  std::optional<std::string_view> next(std::string_view& bytes);
  // A line or an event was too long, and nothing can be read any more.
  bool broken() const { return broken_; }

 private:
  // True when the line ended an event.
  bool read_line(std::string_view line);

  std::string line_;  // its beginning
  std::string data_;
  bool any_line_ = false;
  bool given_ = false;  // data_ is that of the event before
  bool broken_ = false;
};

}  // namespace pushwire::bench::load
