#include "net/stream.hpp"

#include "net/connection.hpp"
#include "net/hub.hpp"
#include "session/client_frame.hpp"

namespace pushwire::net {

log::Place Stream::place() const noexcept {
  if (cohort_ == nullptr) return place_;
  log::Place level;
  level.after = hub_.horizon();
  return level;
}

void Stream::append_control(const Control& control, std::string& out) {
  FrameBuilder frame(framing_, out);
  conversation_->control(control, out);
  frame.end();
}

void Stream::append_loss(const log::Loss& loss, std::string& out) {
  Control gap;
  gap.kind = Control::Kind::gap;
  gap.types.assign(loss.types.begin(), loss.types.end());
  gap.from = cursor(loss.from);
  gap.to = cursor(loss.to);
  append_control(gap, out);
  Counters::add(hub_.counters().gaps);
}

void Stream::begin(std::string_view head, const Greeting& greeting) {
  // The first batch is looked at before hello, which says how it went; reading it again is free while it is cached.
  const Rendered& first = hub_.answers().batch(place_, subscription_, format_, framing_, hub_.horizon());
  std::string out(head);
  Control hello;
  hello.kind = Control::Kind::hello;
  hello.session = greeting.session;
  hello.session_state = greeting.session_state;
  hello.resume = first.status;
  hello.heartbeat_ms = static_cast<std::uint32_t>(heartbeat_.period(hub_.settings().heartbeat).count());
  for (const auto& transport : hub_.transports()) hello.transports.push_back(transport->name());
  const bool snapshot = first.snapshot || first.next.snapshot_due();
  if (!snapshot) hello.cursor = cursor(place_.after);
  append_control(hello, out);
  if (first.status == Resume::reset) {
    Control reset;
    reset.kind = Control::Kind::reset;
    reset.cursor = cursor(place_.after);
    append_control(reset, out);
    Counters::add(hub_.counters().resets);
  }
  advance(out);
}

void Stream::pump() {
  std::string before;
  advance(before);
}

// Reads one batch and sends it behind `before`.
void Stream::advance(std::string& before) {
  if (closing_) {
    if (!before.empty()) connection_.send(before);
    return;
  }
  const Rendered& batch = hub_.answers().batch(place_, subscription_, format_, framing_, hub_.horizon());
  if (!batch.loss.types.empty()) append_loss(batch.loss, before);
  std::string tail;
  if (batch.snapshot_ended) {
    Control live;
    live.kind = Control::Kind::live;
    live.cursor = cursor(batch.next.after);
    append_control(live, tail);
  }
  place_ = batch.next;
  Counters::add(hub_.counters().deliveries, batch.count);
  const bool more = batch.more || place_.snapshot_due() || place_.after < hub_.horizon();
  const bool sent = connection_.send(before, batch.bytes, tail);
  if (!sent || connection_.closed()) return;
  if (more) hub_.queue(*this);
  else hub_.settle(*this, false);
}

void Stream::fell_behind(const log::Place& place) noexcept {
  if (cohort_ != nullptr) hub_.cohorts().leave(*this);
  place_ = place;
}

void Stream::send_control(const Control& control) {
  std::string out;
  append_control(control, out);
  if (outbox_ != nullptr) *outbox_ += out;
  else if (!connection_.send(out) && cohort_ != nullptr) fell_behind(place());
}

void Stream::ping() {
  Control ping;
  ping.kind = Control::Kind::ping;
  const log::Place at = place();
  if (!at.snapshot_due()) ping.cursor = cursor(at.after);
  send_control(ping);
}

void Stream::bye(Control::Reason reason, Control::Reconnect reconnect, std::uint32_t after_ms) {
  if (closing_) return;
  if (cohort_ != nullptr) fell_behind(place());
  closing_ = true;
  Control bye;
  bye.kind = Control::Kind::bye;
  bye.reason = reason;
  bye.reconnect = reconnect;
  bye.after_ms = after_ms;
  std::string out;
  append_control(bye, out);
  if (framing_ == Framing::chunked) out += kLastChunk;
  connection_.send(out);
  connection_.end_after_flush(transport().traits().bidirectional);
}

void Stream::receive(char* bytes, std::size_t size) {
  std::string out;
  outbox_ = &out;
  Verdict verdict = Verdict::drop;
  try {
    verdict = conversation_->receive(bytes, size, *this, out);
  } catch (...) {
    outbox_ = nullptr;
    throw;
  }
  outbox_ = nullptr;
  if (!out.empty() && !connection_.send(out) && cohort_ != nullptr) fell_behind(place());
  if (verdict == Verdict::go_on) {
    // A changed subscription left its cohort; it goes on by itself once nothing is in its way.
    if (!connection_.closed() && !closing_ && cohort_ == nullptr && !connection_.pending()) hub_.queue(*this);
    return;
  }
  if (cohort_ != nullptr) fell_behind(place());
  closing_ = true;
  if (verdict == Verdict::drop) return connection_.drop();
  connection_.end_after_flush();
}

// --- what clients say ---

void Stream::send_reply(const ReplyFrame& reply) {
  std::string out;
  FrameBuilder frame(framing_, out);
  conversation_->reply(reply, out);
  frame.end();
  *outbox_ += out;
}

void Stream::frame(std::string_view json, std::string_view) {
  const session::ClientFrame said = session::parse_client_frame(json, hub_.limits().subscription_names);
  using Kind = session::ClientFrame::Kind;
  switch (said.kind) {
    case Kind::ping: return ping();
    case Kind::subscribe: return subscribe(said.events, said.fresh);
    case Kind::ack: return;
    case Kind::send:
    case Kind::request: {
      ReplyFrame reply;
      reply.id = said.id;
      reply.error_code = "unknown-name";
      const std::string sentence = "no handler is registered for \"" + said.name + "\"";
      reply.error_message = sentence;
      return send_reply(reply);
    }
    case Kind::unusable: {
      ReplyFrame reply;
      reply.id = said.id;
      reply.error_code = "bad-frame";
      reply.error_message = said.fault;
      return send_reply(reply);
    }
  }
}

void Stream::subscribe(const std::vector<std::string>& patterns, const std::vector<std::string>& fresh) {
  if (closing_) return;
  log::EventLog& log = hub_.log();
  if (cohort_ != nullptr) fell_behind(place());
  const log::SubscriptionPtr wanted = log.subscribe(patterns);
  hub_.watchers().join(wanted);
  hub_.watchers().leave(subscription_);
  subscription_ = wanted;
  place_.forgiven = 0;  // what was told concerned the types that were read then
  // A snapshot that was under way begins again with the new types: clients drop states that they have by their ids.
  if (!fresh.empty() || place_.snapshot_due()) {
    std::vector<std::string> states = fresh;
    const bool all = place_.snapshot_due() && place_.states->everything();
    if (place_.snapshot_due()) {
      states.insert(states.end(), place_.states->patterns().begin(), place_.states->patterns().end());
    }
    // Too many to name one by one: all of them, of which the reader gets those that it subscribes to.
    const bool named = !all && states.size() <= hub_.limits().subscription_names;
    place_.states = log.subscribe(named ? std::move(states) : std::vector<std::string>{});
    place_.shown = 0;
  }
  Control subscribed;
  subscribed.kind = Control::Kind::subscribed;
  if (wanted->everything()) subscribed.types = {"*"};
  else subscribed.types.assign(wanted->patterns().begin(), wanted->patterns().end());
  subscribed.cursor = cursor(place_.after);
  send_control(subscribed);
}

}  // namespace pushwire::net
