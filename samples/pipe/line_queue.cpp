#include "line_queue.hpp"

namespace pipe_sample {

void LineQueue::push(std::string line, Done done, Time now) {
  if (closed_) {
    ended_.push_back({std::move(done), Outcome::closed});
  } else if (lines_.size() >= limits_.lines || line.size() > limits_.bytes - bytes_) {
    ended_.push_back({std::move(done), Outcome::busy});
  } else {
    bytes_ += line.size();
    lines_.push_back({std::move(line), std::move(done), now + limits_.wait});
  }
}

std::string_view LineQueue::front() const {
  return lines_.empty() ? std::string_view{} : std::string_view(lines_.front().text).substr(begun_);
}

void LineQueue::wrote(std::size_t bytes) {
  if (lines_.empty()) return;  // closed meanwhile
  begun_ += bytes;
  if (begun_ < lines_.front().text.size()) return;
  begun_ = 0;
  end(0, Outcome::written);
}

void LineQueue::expire(Time now) {
  const auto first = first_waiting();
  while (lines_.size() > first && lines_[first].until <= now) end(first, Outcome::busy);
}

std::optional<LineQueue::Time> LineQueue::next_expiry() const {
  const auto first = first_waiting();
  if (lines_.size() <= first) return std::nullopt;
  return lines_[first].until;
}

void LineQueue::close() {
  closed_ = true;
  begun_ = 0;
  while (!lines_.empty()) end(0, Outcome::closed);
}

void LineQueue::end(std::size_t at, Outcome outcome) {
  const auto line = lines_.begin() + static_cast<std::ptrdiff_t>(at);
  bytes_ -= line->text.size();
  ended_.push_back({std::move(line->done), outcome});
  lines_.erase(line);
}

}  // namespace pipe_sample
