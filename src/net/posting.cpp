#include "net/posting.hpp"

#include <utility>

#include "net/connection.hpp"
#include "net/framing.hpp"
#include "net/hub.hpp"

namespace pushwire::net {

Posting::Posting(Hub& hub, Connection& connection, session::RecordPtr record, bool keep_alive)
    : hub_(hub),
      connection_(connection),
      record_(std::move(record)),
      replies_(hub, record_, static_cast<Replies::Outlet&>(*this)),
      keep_alive_(keep_alive) {
  hub_.service().sessions.attach(*record_, {});
}

Posting::~Posting() { hub_.service().sessions.detach(record_, hub_.clock().now()); }

void Posting::append(const ReplyFrame& reply, std::string& out) {
  out += any_ ? "," : "[";
  any_ = true;
  append_json(reply, out);
}

void Posting::add(const ReplyFrame& reply) { append(reply, first_); }

bool Posting::begin(ResponseHead head) {
  begun_ = true;
  head.content_type = "application/json";
  std::string out;
  if (expected_.empty()) {
    first_ += any_ ? "]" : "[]";
    head.body = ResponseHead::Body::length;
    head.content_length = first_.size();
    append_head(head, out);
    connection_.send(out, {}, first_);
    return true;
  }
  chunked_ = head.version_minor >= 1;
  head.body = chunked_ ? ResponseHead::Body::chunked : ResponseHead::Body::until_close;
  head.close = head.close || !chunked_;
  keep_alive_ = keep_alive_ && chunked_;
  append_head(head, out);
  if (!any_) first_ += ' ';  // a body that has begun shows who looks at bytes alone that the frames were taken
  FrameBuilder frame(chunked_ ? Framing::chunked : Framing::none, out);
  out += first_;
  frame.end();
  std::string().swap(first_);
  connection_.send(out);
  return false;
}

bool Posting::has_room() const noexcept { return begun_ && connection_.unsent() <= Connection::kOwnUnsent; }

void Posting::give(const ReplyFrame& reply) {
  go_on(*reply.id, &reply);
  // Whoever reads by another connection learns how far to read before it hands this reply over.
  hub_.nudge(*record_);
}

void Posting::give_up(session::RequestId id) { go_on(id, nullptr); }

void Posting::go_on(session::RequestId id, const ReplyFrame* reply) {
  if (expected_.erase(id) == 0) return;
  if (!begun_) return;
  const bool last = expected_.empty();
  std::string out;
  FrameBuilder frame(chunked_ ? Framing::chunked : Framing::none, out);
  if (reply != nullptr) append(*reply, out);
  if (last) out += any_ ? "]" : "[]";
  frame.end();
  if (last && chunked_) out += kLastChunk;
  connection_.send(out);
  if (last && !connection_.closed()) connection_.answered(keep_alive_ && !hub_.stopping());
}

void Posting::drained() { replies_.pump(); }

}  // namespace pushwire::net
