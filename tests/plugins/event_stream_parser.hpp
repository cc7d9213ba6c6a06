// A client's side of server-sent events, written from the WHATWG HTML standard, sections 9.2.5 and 9.2.6, and from
// nothing else: the judge of what the sse transport writes. Takes the stream cut anywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pushwire {

struct StreamMessage {
  std::string type = "message";
  std::string data;
  std::string last_event_id;

  friend bool operator==(const StreamMessage& a, const StreamMessage& b) {
    return a.type == b.type && a.data == b.data && a.last_event_id == b.last_event_id;
  }
};

class EventStreamParser {
 public:
  void feed(std::string_view bytes) {
    for (const char byte : bytes) feed(byte);
  }

  const std::vector<StreamMessage>& messages() const { return messages_; }
  const std::vector<std::string>& comments() const { return comments_; }
  std::optional<std::uint64_t> retry_ms() const { return retry_ms_; }
  // What a reconnecting client would send as Last-Event-ID.
  const std::string& last_event_id() const { return last_event_id_; }

 private:
  void feed(char byte) {
    if (byte == '\n' && after_carriage_return_) {
      after_carriage_return_ = false;
      return;
    }
    after_carriage_return_ = byte == '\r';
    if (byte != '\n' && byte != '\r') {
      line_ += byte;
      return;
    }
    end_line();
    line_.clear();
  }

  void end_line() {
    std::string_view line = line_;
    if (at_start_ && line.substr(0, 3) == "\xEF\xBB\xBF") line.remove_prefix(3);
    at_start_ = false;
    if (line.empty()) return dispatch();
    const std::size_t colon = line.find(':');
    if (colon == 0) {
      comments_.emplace_back(line.substr(1));
      return;
    }
    std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    take_field(line.substr(0, colon), value);
  }

  void take_field(std::string_view name, std::string_view value) {
    if (name == "event") {
      type_ = value;
    } else if (name == "data") {
      data_ += value;
      data_ += '\n';
    } else if (name == "id") {
      if (value.find('\0') == std::string_view::npos) id_ = value;
    } else if (name == "retry") {
      if (!value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos) {
        retry_ms_ = std::stoull(std::string(value));
      }
    }
  }

  void dispatch() {
    last_event_id_ = id_;
    if (!data_.empty()) {
      StreamMessage message;
      if (!type_.empty()) message.type = type_;
      message.data = data_.substr(0, data_.size() - 1);
      message.last_event_id = last_event_id_;
      messages_.push_back(std::move(message));
    }
    type_.clear();
    data_.clear();
  }

  std::string line_;
  bool at_start_ = true;
  bool after_carriage_return_ = false;
  std::string type_, data_, id_, last_event_id_;  // the id buffer outlives a dispatch, the others do not
  std::optional<std::uint64_t> retry_ms_;
  std::vector<StreamMessage> messages_;
  std::vector<std::string> comments_;
};

// What a client has to see: CR and CRLF come out as LF (a line end is a line end), all else as it went in.
inline std::string with_line_feeds(std::string_view text) {
  std::string out;
  for (std::size_t place = 0; place < text.size(); ++place) {
    if (text[place] != '\r') out += text[place];
    else if (place + 1 == text.size() || text[place + 1] != '\n') out += '\n';
  }
  return out;
}

}  // namespace pushwire
