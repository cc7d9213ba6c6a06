#include "session/messages.hpp"

#include <exception>
#include <utility>

#include "pushwire/json_value.hpp"
#include "pushwire/message.hpp"
#include "pushwire/reply.hpp"
#include "pushwire/request_error.hpp"

namespace pushwire::session {

namespace {

Outcome error(std::string_view code, std::string message) {
  Outcome outcome;
  outcome.error_code = code;
  outcome.error_message = std::move(message);
  return outcome;
}

const OutcomePtr& nothing() {
  static const OutcomePtr kNothing = std::make_shared<const Outcome>();
  return kNothing;
}

}  // namespace

OutcomePtr make_error(std::string_view code, std::string message) {
  return std::make_shared<const Outcome>(error(code, std::move(message)));
}

// One message on its way to its handler and back. Its end, when nobody can answer it any more, is an answer too.
class Messages::Call final : public detail::ReplySink {
 public:
  static constexpr std::size_t kOverhead = 512;

  Call(std::shared_ptr<Messages> to, RecordPtr of, ClientFrame said, std::string_view behind, IdentityPtr by)
      : messages(std::move(to)),
        record(std::move(of)),
        frame(std::move(said)),
        bytes(behind),
        identity(std::move(by)),
        request(frame.kind == ClientFrame::Kind::request) {}

  ~Call() override {
    if (!answered_) error("no-reply", "the handler gave no reply");
    messages->ended(*this);
  }

  bool data(std::string json) noexcept override {
    Outcome outcome;
    if (json.size() <= messages->limits_.reply_bytes) {
      outcome.data = std::move(json);
    } else {
      return error("too-large", "the reply has more than " + std::to_string(messages->limits_.reply_bytes) + " bytes");
    }
    return answer(std::move(outcome));
  }
  bool error(std::string code, std::string message) noexcept override {
    Outcome outcome;
    outcome.error_code = std::move(code);
    outcome.error_message = std::move(message);
    return answer(std::move(outcome));
  }
  bool wanted() const noexcept override { return request && !answered_ && !record->ended; }
  // What it takes while it waits, about: many messages of a few bytes each are many bytes, too.
  std::size_t size() const noexcept { return kOverhead + frame.data.size() + bytes.size() + frame.name.size(); }

  const std::shared_ptr<Messages> messages;  // outlives the record, which needs the log: that may end with it
  const RecordPtr record;
  const ClientFrame frame;
  const std::string bytes;
  const IdentityPtr identity;
  const bool request;
  std::uint64_t serial = 0;  // of a request: in calls_

 private:
  bool answer(Outcome outcome) noexcept {
    if (answered_.exchange(true)) return false;
    if (request) messages->finish(*this, std::move(outcome));
    return request;
  }

  std::atomic<bool> answered_{false};
};

Messages::Messages(MessageLimits limits, Parts parts) : limits_(limits), parts_(std::move(parts)) {}

std::chrono::milliseconds Messages::admit(Record& record, std::size_t count, log::Steady now) {
  const std::lock_guard lock(record.mutex);
  return record.rate.take(static_cast<double>(count), now);
}

// What stands in the way of a message that is new; null: nothing.
OutcomePtr Messages::refuse(const RecordPtr& record, const ClientFrame& frame) const {
  if (frame.data.size() > limits_.message_bytes) {
    return make_error("too-large", "data has more than " + std::to_string(limits_.message_bytes) + " bytes");
  }
  if (pending_bytes_.load(std::memory_order_relaxed) > limits_.pending_bytes) {
    return make_error("overloaded", "the handlers are behind with all that they can have waiting");
  }
  const std::lock_guard lock(record->mutex);
  if (record->waiting >= limits_.pending_requests) {
    return make_error("too-many-pending", "more than " + std::to_string(limits_.pending_requests) +
                                              " messages of this session wait for their handlers");
  }
  return nullptr;
}

Messages::Taken Messages::take(const RecordPtr& record, ClientFrame frame, std::string_view bytes, Asker asker,
                               log::Steady now) {
  using Standing = Requests::Standing;
  Taken taken;
  if (frame.kind == ClientFrame::Kind::ack) {
    const std::lock_guard lock(record->mutex);
    record->requests.acknowledge(*frame.id);
    return taken;
  }
  if (frame.id) {
    Standing standing = Standing::unseen;
    {
      const std::lock_guard lock(record->mutex);
      standing = record->requests.look(*frame.id);
      if (standing == Standing::pending) taken.instead_of = record->requests.ask_again(*frame.id, asker);
    }
    switch (standing) {
      case Standing::unseen: break;
      case Standing::pending: taken.pending = true; return taken;
      case Standing::answered:
        // When there is room for it: who asks for a large one a thousand times does not get it into memory so often.
        taken.pending = true;
        parts_.ready(record, asker, *frame.id);
        return taken;
      case Standing::forgotten:
        taken.outcome = make_error("outcome-unknown", "it was asked before, and what came of it has been forgotten");
        return taken;
    }
  }
  const HandlerPtr handler = handlers_.find(frame.name);
  const IdentityPtr identity = parts_.sessions.identity(*record);
  static const Identity kAnonymous;
  if (!handler) {
    taken.outcome = make_error("unknown-name", "no handler is registered for \"" + frame.name + "\"");
  } else if (!handler->who.admits(identity ? *identity : kAnonymous)) {
    taken.outcome = make_error("forbidden", "\"" + frame.name + "\" is not for this client");
  } else {
    taken.outcome = refuse(record, frame);
    if (taken.outcome) ++refused_;
  }
  if (taken.outcome) return taken;

  const std::optional<RequestId> id = frame.id;
  auto call = std::make_shared<Call>(self_.lock(), record, std::move(frame), bytes, identity);
  {
    const std::lock_guard lock(record->mutex);
    ++record->waiting;
    pending_bytes_ += call->size();
    if (call->request) {
      record->requests.begin(*id, asker);
    } else if (id) {
      record->requests.finish(*id, nothing());
      taken.outcome = record->requests.hand_over(*id);
    }
  }
  if (call->request) {
    const std::lock_guard lock(calls_mutex_);
    call->serial = ++calls_taken_;
    calls_.emplace(call->serial, Due{now + limits_.reply_timeout, call});
    taken.pending = true;
  }
  // The task owns the call: when the handler has ended and kept no Reply, the call ends too.
  record->strand->run([call, handler]() mutable {
    const auto mine = std::move(call);
    mine->messages->run(mine, handler);
  });
  return taken;
}

void Messages::run(const std::shared_ptr<Call>& call, const HandlerPtr& handler) noexcept {
  if (closed_ || (call->request && !call->wanted())) return;  // nobody waits for it any more
  const std::string& name = call->frame.name;
  try {
    const auto document = JsonDocument::parse(call->frame.data);
    if (!document) throw DecodeError("data cannot be read");
    Message message;
    message.session = parts_.sessions.describe(*call->record);
    message.session.identity = call->identity ? *call->identity : Identity{};
    message.name = name;
    message.json = call->frame.data;
    message.bytes = call->bytes;
    handler->call(message, document->root(), call);
  } catch (const DecodeError& fault) {
    reject(*call, "bad-data", fault.what());
  } catch (const RequestError& refusal) {
    reject(*call, refusal.code(), refusal.what());
  } catch (const std::exception& fault) {
    call->error("failed", "the handler failed");
    complain(LogLevel::error, "the handler of '" + name + "' threw: " + fault.what());
  } catch (...) {
    call->error("failed", "the handler failed");
    complain(LogLevel::error, "the handler of '" + name + "' threw");
  }
}

// A client's fault is told to the client; where that waits for no reply, whoever looks for it finds it in the log.
void Messages::reject(Call& call, std::string_view code, std::string_view why) noexcept {
  try {
    if (call.request) call.error(std::string(code), std::string(why));
    else complain(LogLevel::debug, "a message '" + call.frame.name + "' was refused: " + std::string(why));
  } catch (...) {  // no memory: the call's end is an error reply, too
  }
}

void Messages::complain(LogLevel level, const std::string& line) const noexcept {
  try {
    if (parts_.complain) parts_.complain(level, line);
  } catch (...) {  // a host's callback: nobody is left to tell
  }
}

void Messages::finish(Call& call, Outcome outcome) noexcept {
  try {
    {
      const std::lock_guard lock(calls_mutex_);
      calls_.erase(call.serial);
    }
    if (closed_) return;
    outcome.cursor = Cursor{parts_.log.epoch(), parts_.log.head()};
    Askers askers{};
    {
      const std::lock_guard lock(call.record->mutex);
      askers = call.record->requests.finish(*call.frame.id, std::make_shared<const Outcome>(std::move(outcome)));
    }
    for (const Asker asker : askers) {
      if (asker != 0) parts_.ready(call.record, asker, *call.frame.id);
    }
  } catch (...) {
    complain(LogLevel::error, "a reply is lost for want of memory");
  }
}

void Messages::ended(Call& call) noexcept {
  pending_bytes_ -= call.size();
  const std::lock_guard lock(call.record->mutex);
  --call.record->waiting;
}

void Messages::expire(log::Steady now) {
  for (;;) {
    std::shared_ptr<Call> late;  // answered, and let go, outside the lock
    {
      const std::lock_guard lock(calls_mutex_);
      if (calls_.empty() || calls_.begin()->second.when > now) return;
      late = calls_.begin()->second.call.lock();
      calls_.erase(calls_.begin());
    }
    if (late) {
      late->error("timeout",
                  "the handler gave no reply within " + std::to_string(limits_.reply_timeout.count()) + " ms");
    }
  }
}

std::optional<log::Steady> Messages::next_due() const {
  const std::lock_guard lock(calls_mutex_);
  if (calls_.empty()) return std::nullopt;
  return calls_.begin()->second.when;
}

void Messages::close() noexcept { closed_ = true; }

}  // namespace pushwire::session
