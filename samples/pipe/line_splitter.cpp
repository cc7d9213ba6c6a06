#include "line_splitter.hpp"

#include <utility>

namespace pipe_sample {

LineSplitter::LineSplitter(std::size_t most_bytes, Sink sink) : most_bytes_(most_bytes), sink_(std::move(sink)) {}

void LineSplitter::feed(std::string_view bytes) {
  for (;;) {
    const auto end = bytes.find('\n');
    keep(bytes.substr(0, end));
    if (end == std::string_view::npos) return;
    end_line(true);
    bytes.remove_prefix(end + 1);
  }
}

void LineSplitter::finish() {
  if (!line_.empty()) end_line(false);
}

void LineSplitter::keep(std::string_view bytes) {
  const auto room = most_bytes_ + 1 - line_.size();
  over_ = over_ || bytes.size() > room;
  line_.append(bytes.substr(0, room));
}

void LineSplitter::end_line(bool may_have_cr) {
  if (may_have_cr && !line_.empty() && line_.back() == '\r') line_.pop_back();
  const bool cut = over_ || line_.size() > most_bytes_;
  sink_(std::string_view(line_).substr(0, most_bytes_), cut);
  line_.clear();
  over_ = false;
}

}  // namespace pipe_sample
