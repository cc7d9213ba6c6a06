#include "line_events.hpp"

#include <utility>

#include "pushwire/codec.hpp"

namespace pipe_sample {

LineEvents::LineEvents(Format format, Emit emit, Report report)
    : format_(format), emit_(std::move(emit)), report_(std::move(report)) {}

void LineEvents::line(std::string_view line, bool cut) {
  ++lines_;
  pushwire::RawJson payload{{}, true};
  if (format_ == Format::json) {
    if (cut) return skip("is longer than the limit: skipped");
    if (!pushwire::is_json(line)) return skip("is not JSON: skipped");
    payload.text = line;
  } else {
    if (cut) report_("line " + std::to_string(lines_) + " is longer than the limit: cut");
    pushwire::append_json_string(line, payload.text);
  }
  const auto status = emit_(payload);
  if (status != pushwire::EmitStatus::ok) skip("was not emitted: " + std::string(pushwire::to_string(status)));
}

void LineEvents::skip(const std::string& why) {
  ++skipped_;
  report_("line " + std::to_string(lines_) + ' ' + why);
}

}  // namespace pipe_sample
