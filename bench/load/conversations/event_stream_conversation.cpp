#include "load/conversations/event_stream_conversation.hpp"

#include "load/conversations/request.hpp"

namespace pushwire::bench::load {

EventStreamConversation::EventStreamConversation(const Options& options, bool timed, Deliveries& deliveries)
    : Conversation(timed), options_(options), deliveries_(deliveries) {}

void EventStreamConversation::begin(std::uint64_t /*now*/, std::string& out) {
  out += request(options_, {}, "Accept: text/event-stream\r\n");
}

void EventStreamConversation::ask(std::uint64_t /*now*/, std::string& /*out*/) {}

void EventStreamConversation::head(const ResponseHead& head) {
  status_ = head.status;
  open_ = head.status == 200;
}

void EventStreamConversation::body(std::string_view piece) {
  if (!open_) return;
  while (const auto event = events_.next(piece)) deliveries_.take(place_, *event, now_);
}

void EventStreamConversation::complete(bool /*keeps_alive*/) { complete_ = true; }

Verdict EventStreamConversation::receive(std::string_view bytes, std::uint64_t now, std::string& /*out*/) {
  now_ = now;
  if (!responses_.read(bytes)) return fail(responses_.fault());
  if (status_ != 0 && !open_) return fail("the stream is answered with " + std::to_string(status_));
  if (events_.broken()) return fail("an event is too long");
  return complete_ ? Verdict::close : Verdict::go_on;
}

Verdict EventStreamConversation::end(std::uint64_t /*now*/) { return Verdict::close; }

}  // namespace pushwire::bench::load
