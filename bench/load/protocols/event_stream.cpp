#include "load/protocols/event_stream.hpp"

namespace pushwire::bench::load {
namespace {

constexpr std::string_view kData = "data";

}  // namespace

std::optional<std::string_view> EventStream::next(std::string_view& bytes) {
  if (given_) data_.clear();
  given_ = false;
  while (!bytes.empty() && !broken_) {
    const std::size_t end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (piece.size() > kMostBytes - line_.size()) {
      broken_ = true;
      break;
    }
    const bool cut = !line_.empty() || end == std::string_view::npos;
    if (cut) line_ += piece;
    if (end == std::string_view::npos) break;
    given_ = read_line(cut ? line_ : piece);
    line_.clear();
    if (given_) return data_;
  }
  return std::nullopt;
}

bool EventStream::read_line(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (line.empty()) {
    const bool event = any_line_;
    any_line_ = false;
    return event;
  }
  any_line_ = true;
  const std::size_t colon = line.find(':');
  if (line.substr(0, colon) != kData) return false;
  std::string_view value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
  if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  if (value.size() >= kMostBytes - data_.size()) {
    broken_ = true;
    return false;
  }
  if (!data_.empty()) data_ += '\n';
  data_ += value;
  return false;
}

}  // namespace pushwire::bench::load
