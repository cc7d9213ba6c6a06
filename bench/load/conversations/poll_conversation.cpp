#include "load/conversations/poll_conversation.hpp"

#include "load/conversations/request.hpp"

namespace pushwire::bench::load {
namespace {

constexpr std::string_view kCursor = "\"cursor\":\"";

// 408 is what some servers answer a long-poll whose time is up.
bool fits_a_poll(int status) { return status == 200 || status == 204 || status == 304 || status == 408; }

// Where an answer says that it ends: behind its events, some of which may have a cursor of their own. Nothing where it
// says none that a URL could hold as it is.
std::string_view cursor_of(std::string_view body) {
  const std::size_t at = body.rfind(kCursor);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = body.substr(at + kCursor.size());
  const std::string_view cursor = rest.substr(0, rest.find('"'));
  const bool plain = cursor.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~") ==
                     std::string_view::npos;
  return plain ? cursor : std::string_view{};
}

}  // namespace

PollConversation::PollConversation(const Options& options, bool timed, Deliveries& deliveries, Answers& answers)
    : Conversation(timed), options_(options), deliveries_(deliveries), answers_(answers) {}

void PollConversation::begin(std::uint64_t now, std::string& out) {
  open_ = true;
  responses_.reset();
  ask(now, out);
}

void PollConversation::ask(std::uint64_t now, std::string& out) {
  if (request_.empty()) request_ = next_request();
  out += request_;
  body_.clear();
  body_bytes_ = 0;
  begun_ = complete_ = false;
  waits_ = true;
  asked_ = now;
  answers_.requested();
}

std::string PollConversation::next_request() const {
  switch (options_.cursor_kind()) {
    case CursorKind::after:
      if (!cursor_.empty()) return request(options_, "after=" + cursor_, {});
      break;
    case CursorKind::seq: return request(options_, "since=" + std::to_string(place_.last), {});
    case CursorKind::etag: {
      std::string fields;
      if (!etag_.empty()) fields += "If-None-Match: " + etag_ + "\r\n";
      if (!last_modified_.empty()) fields += "If-Modified-Since: " + last_modified_ + "\r\n";
      return request(options_, {}, fields);
    }
    case CursorKind::none: break;
  }
  return request(options_, {}, {});
}

void PollConversation::head(const ResponseHead& head) {
  unasked_ = complete_;
  head_ = head;
}

void PollConversation::body(std::string_view piece) {
  body_bytes_ += piece.size();
  if (!options_.measures_throughput() && body_bytes_ <= kMostBytes) body_ += piece;
}

void PollConversation::complete(bool keeps_alive) {
  if (head_.status / 100 == 1) return;  // the answer is yet to come
  complete_ = true;
  keeps_alive_ = keeps_alive;
}

Verdict PollConversation::receive(std::string_view bytes, std::uint64_t now, std::string& out) {
  begun_ = true;
  if (!responses_.read(bytes)) return fail(responses_.fault());
  if (!waits_ || unasked_) return fail("the server says more than it was asked for");
  if (body_bytes_ > kMostBytes) return fail("an answer is too long");
  return complete_ ? answered(now, out) : Verdict::go_on;
}

Verdict PollConversation::end(std::uint64_t now) {
  if (!waits_) return Verdict::reconnect;
  if (!begun_) return Verdict::close;
  std::string unsent;
  if (!responses_.finish() || !complete_) return fail("an answer is cut off");
  keeps_alive_ = false;
  return answered(now, unsent);
}

Verdict PollConversation::answered(std::uint64_t now, std::string& out) {
  waits_ = false;
  if (options_.measures_throughput()) {
    if (timed()) deliveries_.latencies().add(asked_, now);
    answers_.take({head_.status, body_bytes_}, body_bytes_ > 0);
  } else {
    if (!fits_a_poll(head_.status)) return fail("a poll is answered with " + std::to_string(head_.status));
    answers_.take({head_.status, body_bytes_}, !body_.empty() && deliveries_.take(place_, body_, now));
  }
  read_on();
  if (!keeps_alive_) return Verdict::reconnect;
  if (options_.pause() > 0) return Verdict::pause;
  ask(now, out);
  return Verdict::go_on;
}

void PollConversation::read_on() {
  const std::string_view cursor = cursor_of(body_);
  if (!cursor.empty()) cursor_ = cursor;
  if (!head_.etag.empty()) etag_ = head_.etag;
  if (!head_.last_modified.empty()) last_modified_ = head_.last_modified;
  if (options_.cursor_kind() != CursorKind::none) request_.clear();
}

}  // namespace pushwire::bench::load
