#include "simulation/answer_reader.hpp"

#include <algorithm>
#include <charconv>

namespace pushwire::simulation {

namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

bool read_number(std::string_view text, int base, std::size_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return !text.empty() && error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

void AnswerReader::fault(const std::string& sentence) {
  state_ = State::broken;
  handler_.on_fault(sentence);
}

void AnswerReader::complete() {
  state_ = State::head;
  text_.clear();
  handler_.on_answer();
}

bool AnswerReader::line(std::string_view& bytes) {
  while (!bytes.empty()) {
    text_ += bytes.front();
    bytes.remove_prefix(1);
    if (text_.back() == '\n') return true;
  }
  return false;
}

void AnswerReader::begin_answer(std::string_view text) {
  Head head;
  std::size_t end = text.find("\r\n");
  const std::string_view status = text.substr(0, end);
  std::size_t code = 0;
  if (status.size() < 13 || status.substr(0, 9) != "HTTP/1.1 " || status[12] != ' ' ||
      !read_number(status.substr(9, 3), 10, code)) {
    return fault("no status line: " + std::string(status.substr(0, 40)));
  }
  head.status = static_cast<int>(code);
  for (text.remove_prefix(end + 2); text != "\r\n"; text.remove_prefix(end + 2)) {
    end = text.find("\r\n");
    const std::string_view field = text.substr(0, end);
    const std::size_t colon = field.find(": ");
    if (colon == std::string_view::npos) return fault("no field: " + std::string(field));
    if (!head.fields.emplace(lower(field.substr(0, colon)), field.substr(colon + 2)).second) {
      return fault("a field twice: " + std::string(field));
    }
  }
  if (head.has("content-length") && head.has("transfer-encoding")) return fault("a body framed in two ways");
  const bool upgraded = head.status == 101;
  const bool wants_body = handler_.on_head(head);
  if (state_ == State::broken) return;
  text_.clear();
  left_ = 0;
  if (upgraded) {
    state_ = State::upgraded;
  } else if (head.status / 100 == 1) {
    state_ = State::head;
  } else if (!wants_body || head.status == 204 || head.status == 304) {
    complete();
  } else if (head.has("transfer-encoding")) {
    state_ = State::chunk_size;
  } else if (head.has("content-length")) {
    state_ = State::counted;
    if (!read_number(head.field("content-length"), 10, left_)) return fault("no Content-Length");
    if (left_ == 0) complete();
  } else if (head.closes()) {
    state_ = State::until_close;
  } else {
    fault("a body without a frame on a connection that goes on");
  }
}

std::size_t AnswerReader::feed(std::string_view bytes) {
  const std::size_t size = bytes.size();
  while (!bytes.empty() && !stopped_) {
    switch (state_) {
      case State::head:
        while (!bytes.empty() && (text_.size() < 4 || text_.compare(text_.size() - 4, 4, kHeadEnd) != 0)) {
          text_ += bytes.front();
          bytes.remove_prefix(1);
        }
        if (text_.size() >= 4 && text_.compare(text_.size() - 4, 4, kHeadEnd) == 0) begin_answer(std::string(text_));
        break;
      case State::counted:
      case State::chunk: {
        const std::string_view part = bytes.substr(0, left_);
        bytes.remove_prefix(part.size());
        left_ -= part.size();
        handler_.on_body(part);
        if (state_ == State::broken || left_ != 0) break;
        if (state_ == State::counted) complete();
        else state_ = State::chunk_end;
        break;
      }
      case State::chunk_size:
        if (!line(bytes)) break;
        if (text_.size() < 3 || text_[text_.size() - 2] != '\r' ||
            !read_number(std::string_view(text_).substr(0, text_.size() - 2), 16, left_)) {
          fault("no chunk size: " + text_.substr(0, 40));
          return size;
        }
        text_.clear();
        state_ = left_ == 0 ? State::trailer : State::chunk;
        break;
      case State::chunk_end:
      case State::trailer:
        if (!line(bytes)) break;
        if (text_ != "\r\n") {
          fault("no end of a chunk: " + text_.substr(0, 40));
          return size;
        }
        text_.clear();
        if (state_ == State::trailer) complete();
        else state_ = State::chunk_size;
        break;
      case State::until_close: handler_.on_body(bytes); return size;
      case State::upgraded: handler_.on_upgraded(bytes); return size;
      case State::broken: return size;
    }
  }
  return size - bytes.size();
}

bool AnswerReader::end() {
  if (state_ == State::until_close) {
    complete();
    return true;
  }
  return (state_ == State::head && text_.empty()) || state_ == State::upgraded;
}

}  // namespace pushwire::simulation
