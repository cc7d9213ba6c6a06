#include "net/stream.hpp"

#include <utility>

#include "net/connection.hpp"
#include "net/hub.hpp"

namespace pushwire::net {

namespace {

constexpr std::uint32_t kRightsSpreadMs = 250;
constexpr std::uint32_t kFloodPauseMs = 1000;

}  // namespace

// What its client says, while bytes of it are being taken.
class Stream::Frames final : public Inbox {
 public:
  explicit Frames(Stream& stream) noexcept : stream_(stream) {}
  void frame(std::string_view json, std::string_view bytes) override { stream_.hear(json, bytes); }

 private:
  Stream& stream_;
};

// Where replies leave by.
class Stream::Outlet final : private Replies::Outlet {
 public:
  explicit Outlet(Stream& stream) : replies(stream.hub(), stream.record(), *this), stream_(stream) {}

  Replies replies;

 private:
  bool has_room() const noexcept override { return stream_.has_room(); }
  void give(const ReplyFrame& reply) override { stream_.give(reply); }
  void give_up(session::RequestId) override {}

  Stream& stream_;
};

Stream::Stream(Connection& connection, Setup setup, const session::Token& token)
    : Reader(connection, std::move(setup)), token_(token) {
  if (!record_) hub().audience().add_nameless(*this);
}

Stream::~Stream() {
  if (!record_) hub().audience().remove_nameless(*this);
}

log::Place Stream::place() const noexcept {
  if (cohort_ == nullptr) return place_;
  log::Place level;
  level.after = hub().horizon();
  return level;
}

void Stream::adopt(session::RecordPtr record) { attach(std::move(record)); }

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
  Counters::add(hub().counters().gaps);
}

void Stream::begin(std::string head, const Greeting& greeting) {
  // The first batch is read before hello, which says how that went.
  const auto mine = own();
  const Rendered& first = hub().answers().batch(place_, subscription_, format_, framing_, hub().horizon(), mine.get());
  std::string out(std::move(head));
  Control hello;
  hello.kind = Control::Kind::hello;
  hello.session = greeting.session;
  hello.session_state = greeting.session_state;
  hello.last_id = greeting.last_id;
  hello.resume = first.status;
  hello.heartbeat_ms = static_cast<std::uint32_t>(heartbeat_.period(hub().settings().heartbeat).count());
  hello.transports.reserve(hub().transports().size());
  for (const auto& transport : hub().transports()) hello.transports.push_back(transport->name());
  const bool snapshot = first.snapshot || first.next.snapshot_due();
  if (!snapshot) hello.cursor = cursor(place_.after);
  append_control(hello, out);
  if (first.status == Resume::reset) {
    Control reset;
    reset.kind = Control::Kind::reset;
    reset.cursor = cursor(place_.after);
    append_control(reset, out);
    Counters::add(hub().counters().resets);
  }
  ping_due_ = !snapshot && reply_waits(place_.after);
  advance(first, out);
}

void Stream::pump() {
  if (closing_) return;
  const auto mine = own();
  std::string before;
  advance(hub().answers().batch(place_, subscription_, format_, framing_, hub().horizon(), mine.get()), before);
}

// Sends `batch`, which was read at its place, behind `before`.
void Stream::advance(const Rendered& batch, std::string& before) {
  if (!batch.loss.types.empty()) append_loss(batch.loss, before);
  std::string behind;
  std::string& tail = batch.bytes.view.empty() ? before : behind;
  if (batch.snapshot_ended) {
    Control live;
    live.kind = Control::Kind::live;
    live.cursor = cursor(batch.next.after);
    append_control(live, tail);
  }
  place_ = batch.next;
  Counters::add(hub().counters().deliveries, batch.count);
  const bool more = batch.more || place_.snapshot_due() || place_.after < hub().horizon();
  if (!more && ping_due_) {
    ping_due_ = false;
    append_ping(tail);
  }
  const bool sent = connection_.send(before, batch.bytes, behind);
  if (!sent || connection_.closed()) return;
  if (more) hub().queue(*this);
  else hub().settle(*this, false);
}

void Stream::fell_behind(const log::Place& place) noexcept {
  if (cohort_ != nullptr) hub().cohorts().leave(*this);
  place_ = place;
}

void Stream::send_control(const Control& control) {
  std::string out;
  append_control(control, out);
  send(out);
}

void Stream::append_ping(std::string& out) {
  Control ping;
  ping.kind = Control::Kind::ping;
  const log::Place at = place();
  if (!at.snapshot_due()) {
    ping.cursor = cursor(at.after);
    pinged_ = at.after;
  }
  append_control(ping, out);
}

void Stream::send(std::string_view out) {
  if (outbox_ != nullptr) *outbox_ += out;
  else if (!connection_.send(out) && cohort_ != nullptr) fell_behind(place());
}

void Stream::ping() {
  std::string out;
  append_ping(out);
  send(out);
}

void Stream::nudge() {
  if (closing_) return;
  if (cohort_ == nullptr) ping_due_ = true;
  else if (pinged_ != hub().horizon()) ping();
}

void Stream::rights_changed() {
  bye(Control::Reason::policy, Control::Reconnect::fresh, hub().spread_ms(kRightsSpreadMs));
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
    Frames frames(*this);
    verdict = conversation_->receive(bytes, size, frames, out);
  } catch (...) {
    outbox_ = nullptr;
    throw;
  }
  outbox_ = nullptr;
  if (!out.empty() && !connection_.send(out) && cohort_ != nullptr) fell_behind(place());
  if (verdict == Verdict::go_on) {
    if (flooded_) return bye(Control::Reason::policy, Control::Reconnect::resume, kFloodPauseMs);
    // A changed subscription left its cohort; it goes on by itself once nothing is in its way.
    if (!connection_.closed() && !closing_ && cohort_ == nullptr && !connection_.pending()) hub().queue(*this);
    return;
  }
  if (cohort_ != nullptr) fell_behind(place());
  if (!closing_ && conversation_->faulted()) Counters::add(hub().counters().refused_frames);
  closing_ = true;
  if (verdict == Verdict::drop) return connection_.drop();
  connection_.end_after_flush();
}

// --- what clients say ---

bool Stream::has_room() const noexcept { return connection_.unsent() <= Connection::kOwnUnsent; }

void Stream::drained() {
  if (outlet_) outlet_->replies.pump();
}

// What stands before the reply's cursor is told first, also where the client does not subscribe to it.
void Stream::give(const ReplyFrame& reply) {
  if (closing_) return;
  std::string out;
  if (reply.cursor && cohort_ == nullptr) ping_due_ = true;
  else if (reply.cursor && pinged_ < reply.cursor->sequence) append_ping(out);
  FrameBuilder frame(framing_, out);
  conversation_->reply(reply, out);
  frame.end();
  send(out);
}

void Stream::refuse(const session::ClientFrame& said, std::string_view code, std::string_view message) {
  ReplyFrame reply;
  reply.id = said.id;
  reply.error_code = code;
  reply.error_message = message;
  give(reply);
}

void Stream::hear(std::string_view json, std::string_view bytes) {
  if (flooded_ || closing_) return;
  session::Service& service = hub().service();
  session::ClientFrame said = session::parse_client_frame(json, service.limits.frames);
  if (record_ && service.messages.admit(*record_, 1, hub().now()).count() > 0) {
    flooded_ = true;
    Counters::add(hub().counters().refused_floods);
    return refuse(said, "too-many-requests", "more messages than this server takes in a second");
  }
  using Kind = session::ClientFrame::Kind;
  switch (said.kind) {
    case Kind::ping: return ping();
    case Kind::subscribe: return subscribe(said.events, said.fresh);
    case Kind::ack:
    case Kind::send:
    case Kind::request: return hand_in(std::move(said), bytes);
    case Kind::unusable: return refuse(said, "bad-frame", said.fault);
  }
}

bool Stream::known(const session::ClientFrame& said) {
  if (record_) {
    hub().service().sessions.used(*record_);
    return true;
  }
  using Standing = session::Sessions::Standing;
  const Standing standing = hub().open_session(*this);
  if (record_) return true;
  if (standing == Standing::full) refuse(said, "overloaded", "the server has all the sessions that it takes");
  else refuse(said, "forbidden", "this connection's session belongs to another client");
  return false;
}

void Stream::hand_in(session::ClientFrame said, std::string_view bytes) {
  if (!known(said)) return;
  if (!outlet_) outlet_ = std::make_unique<Outlet>(*this);
  const std::optional<session::RequestId> id = said.id;
  const session::Messages::Taken taken =
      hub().service().messages.take(record_, std::move(said), bytes, outlet_->replies.asker(), hub().now());
  hub().moved(taken.instead_of, id);
  if (taken.outcome) give(Replies::frame(id, *taken.outcome));
}

void Stream::subscribe(const std::vector<std::string>& patterns, const std::vector<std::string>& fresh) {
  if (closing_) return;
  log::EventLog& log = hub().log();
  if (cohort_ != nullptr) fell_behind(place());
  const log::SubscriptionPtr wanted = log.subscribe(patterns, subscription_->visible());
  read_instead(wanted);
  // A snapshot that was under way begins again with the new types: clients drop states that they have by their ids.
  if (!fresh.empty() || place_.snapshot_due()) {
    std::vector<std::string> states = fresh;
    const bool all = place_.snapshot_due() && place_.states->everything();
    if (place_.snapshot_due()) {
      states.insert(states.end(), place_.states->patterns().begin(), place_.states->patterns().end());
    }
    // Too many to name one by one: all of them, of which the reader gets those that it subscribes to.
    const bool named = !all && states.size() <= hub().limits().subscription_names;
    place_.states = log.subscribe(named ? std::move(states) : std::vector<std::string>{}, wanted->visible());
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
