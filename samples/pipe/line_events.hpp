// Makes an event of each line, and reports the lines that cannot be one.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "pushwire/event_type.hpp"
#include "pushwire/raw_json.hpp"

namespace pipe_sample {

class LineEvents {
 public:
  enum class Format {
    text,  // a line is a JSON string
    json,  // a line is a JSON value as it stands
  };
  using Emit = std::function<pushwire::EmitStatus(const pushwire::RawJson&)>;
  using Report = std::function<void(const std::string& sentence)>;

  LineEvents(Format format, Emit emit, Report report);

  // A line that was cut is still emitted as text, but is no JSON value any more.
  void line(std::string_view line, bool cut);

  std::uint64_t lines() const { return lines_; }      // seen
  std::uint64_t skipped() const { return skipped_; }  // of those, not emitted

 private:
  void skip(const std::string& why);

  Format format_;
  Emit emit_;
  Report report_;
  std::uint64_t lines_ = 0;
  std::uint64_t skipped_ = 0;
};

}  // namespace pipe_sample
