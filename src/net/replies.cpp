#include "net/replies.hpp"

#include <algorithm>
#include <utility>

#include "net/hub.hpp"
#include "session/messages.hpp"

namespace pushwire::net {

Replies::Replies(Hub& hub, session::RecordPtr record, Outlet& outlet)
    : hub_(hub), record_(std::move(record)), outlet_(outlet), asker_(hub.add_asker(*this)) {}

Replies::~Replies() {
  hub_.remove_asker(asker_);
  const std::lock_guard lock(record_->mutex);
  for (const session::RequestId id : due_) record_->requests.abandon(id);
}

void Replies::ready(session::RequestId id) {
  due_.push_back(id);
  pump();
}

void Replies::pump() {
  while (!due_.empty() && outlet_.has_room()) {
    const session::RequestId id = due_.front();
    due_.pop_front();
    session::OutcomePtr outcome;
    {
      const std::lock_guard lock(record_->mutex);
      outcome = record_->requests.hand_over(id);
      if (outcome && outcome->cursor) record_->replied_to = std::max(record_->replied_to, outcome->cursor->sequence);
    }
    if (!outcome) outcome = session::make_error("outcome-unknown", "its reply had to be forgotten");
    outlet_.give(frame(id, *outcome));
  }
}

ReplyFrame Replies::frame(std::optional<session::RequestId> id, const session::Outcome& outcome) noexcept {
  ReplyFrame reply;
  reply.id = id;
  reply.data = outcome.data;
  reply.error_code = outcome.error_code;
  reply.error_message = outcome.error_message;
  reply.cursor = outcome.cursor;
  return reply;
}

}  // namespace pushwire::net
