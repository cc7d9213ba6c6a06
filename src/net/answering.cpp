#include "net/answering.hpp"

#include <algorithm>

#include "net/connection.hpp"
#include "net/http/entity_tag.hpp"
#include "net/hub.hpp"

namespace pushwire::net {

void Answering::begin(Terms terms) {
  terms_ = std::move(terms);
  const Rendered& answer = read();
  const bool waits = terms_.until > hub().now() && !terms_.head_only && answer.complete && answer.count == 0 &&
                     answer.status == Resume::ok && !hub().stopping() && !reply_waits(terms_.asked);
  if (!waits) return give(answer);
  if (terms_.for_anybody && !terms_.extras) {
    const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(terms_.until - hub().now());
    hub().repeats().offer(&connection_, {format_, place_, terms_.asked, wait, terms_.http_1_0, terms_.vary_origin},
                          subscription_);
  }
  terms_.for_anybody = false;  // its answer will not be what became of a request that is being served then
  connection_.hold();
  hub().settle(*this, true);
}

const Rendered& Answering::read() {
  const auto mine = own();
  const std::string_view named = terms_.with_etag ? std::string_view(terms_.extras->named) : std::string_view{};
  return hub().answers().answer(place_, subscription_, format_, hub().horizon(), *conversation_, named, mine.get());
}

void Answering::wake() {
  const Rendered& answer = read();
  // Its types had news that a newer event has already taken back or replaced beyond the horizon: still nothing to say.
  if (answer.complete && answer.count == 0 && answer.status == Resume::ok) {
    place_ = answer.next;
    return;
  }
  give(answer);
}

void Answering::time_up() {
  hub().turn();
  if (connection_.closed() || connection_.held() != this) return;  // the turn has answered it
  give(read());
}

void Answering::nudge() {
  if (connection_.held() == this && hub().horizon() > terms_.asked) give(read());
}

// The client asks again, and is judged anew then.
void Answering::rights_changed() {
  if (connection_.held() == this) return give(read());
  // The rest of it would be told by the rights of before, and its cursor would be one of now.
  if (in_parts_) connection_.drop();
}

ResponseHead Answering::head(int status) const {
  ResponseHead head;
  head.status = status;
  head.version_minor = terms_.http_1_0 ? 0 : 1;
  head.close = !terms_.keep_alive || hub().stopping();
  head.cache_control = kUncached;
  head.date = hub().date();
  head.vary_origin = terms_.vary_origin;
  if (terms_.extras) {
    head.cors_origin = terms_.extras->cors_origin;
    head.fields = &terms_.extras->fields;
  }
  return head;
}

void Answering::give(const Rendered& answer) {
  if (cohort_ != nullptr) hub().cohorts().leave(*this);
  hub().watch_poll(subscription_);
  const bool keep_alive = terms_.keep_alive && !hub().stopping();
  if (terms_.with_etag && answer.complete) {
    terms_.extras->fields.emplace_back("ETag", answer.etag);
    if (etag_matches(terms_.extras->if_none_match, answer.etag)) {
      std::string& out = hub().scratch();
      append_head(head(304), out);
      if (terms_.for_anybody) hub().repeats().offer(&connection_, out, {}, {}, subscription_);
      connection_.send(out);
      return connection_.answered(keep_alive);
    }
  }
  Counters& counters = hub().counters();
  Counters::add(counters.deliveries, answer.count);
  if (!answer.loss.types.empty()) Counters::add(counters.gaps);
  if (answer.status == Resume::reset) Counters::add(counters.resets);

  ResponseHead head = this->head(200);
  head.content_type = transport().traits().media_type;
  std::string& out = hub().scratch();
  if (answer.complete) {
    head.body = ResponseHead::Body::length;
    head.content_length = answer.bytes.view.size();
    append_head(head, out);
    const SharedBytes body = terms_.head_only ? SharedBytes{} : answer.bytes;
    if (terms_.for_anybody) {
      const bool reset = answer.status == Resume::reset;
      hub().repeats().offer(&connection_, out, body.view, {answer.count, !answer.loss.types.empty(), reset},
                            subscription_);
    }
    connection_.send(out, body);
    return connection_.answered(keep_alive);
  }
  // A snapshot that exceeds one read: it has no cursor to come back with, so it is given whole, a part at a time, as
  // the client takes it.
  const bool chunks = head.version_minor >= 1;
  head.body = chunks ? ResponseHead::Body::chunked : ResponseHead::Body::until_close;
  head.close = head.close || !chunks;
  terms_.keep_alive = keep_alive && chunks;
  framing_ = chunks ? Framing::chunked : Framing::none;
  append_head(head, out);
  if (terms_.head_only) {
    connection_.send(out);
    return connection_.answered(terms_.keep_alive);
  }
  place_ = answer.next;
  any_item_ = answer.count > 0;
  FrameBuilder frame(framing_, out);
  out += answer.bytes.view;
  frame.end();
  in_parts_ = true;
  connection_.answer_in_parts();
  if (connection_.send(out)) hub().queue(*this);
}

void Answering::pump() {
  const auto mine = own();
  const Rendered part = hub().answers().part(place_, subscription_, format_, framing_, hub().horizon(), *conversation_,
                                             !any_item_, mine.get());
  Counters::add(hub().counters().deliveries, part.count);
  place_ = part.next;
  any_item_ = any_item_ || part.count > 0;
  const std::string_view end = part.complete && framing_ == Framing::chunked ? kLastChunk : std::string_view{};
  const bool sent = connection_.send({}, part.bytes, end);
  in_parts_ = !part.complete;
  if (part.complete) return connection_.answered(terms_.keep_alive && !hub().stopping());
  if (sent) hub().queue(*this);
}

}  // namespace pushwire::net
