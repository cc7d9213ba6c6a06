// Takes what clients send to the host's handlers, and the outcomes back.
//
// Messages of one session run one after the other, in the order in which they were taken, on whatever threads its
// strand runs on. A request with a known id is not run again. Every request comes to an outcome: the handler's, or an
// error when it throws, forgets, or takes too long.
//
// Threads: any. Memory: what is waiting for handlers is bounded for each session by number and for all by bytes.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "pushwire/options.hpp"
#include "session/client_frame.hpp"
#include "session/handlers.hpp"
#include "session/record.hpp"
#include "session/sessions.hpp"

namespace pushwire::session {

struct MessageLimits {
  std::size_t message_bytes = 64 * 1024;
  std::size_t pending_requests = 1024;           // of one session
  std::size_t pending_bytes = 16 * 1024 * 1024;  // of all sessions' messages that wait for their handlers
  std::size_t reply_bytes = 1024 * 1024;
  std::chrono::milliseconds reply_timeout{60'000};
};

class Messages {
 public:
  struct Parts {
    const log::EventLog& log;
    Sessions& sessions;
    // The outcome of `id` can be handed over to `asker`. Any thread, must not throw.
    std::function<void(const RecordPtr&, Asker asker, RequestId id)> ready;
    LogCallback complain;  // may be empty
  };
  Messages(MessageLimits limits, Parts parts);
  // To be told before anything is taken: what keeps this alive, as long as there is a reply to be given.
  void shared_as(const std::shared_ptr<Messages>& self) { self_ = self; }

  Handlers& handlers() noexcept { return handlers_; }

  // Whether the session may send `count` more now; else how long it has to wait, and nothing is counted.
  std::chrono::milliseconds admit(Record& record, std::size_t count, log::Steady now);

  // One that there never was, also before a restart: what was asked then must not be told to whoever asks now.
  Asker new_asker() noexcept { return ++askers_; }

  struct Taken {
    OutcomePtr outcome;    // what to reply at once; null: nothing
    bool pending = false;  // `ready` will be called, or has been
    Asker instead_of = 0;  // who waited for it until now and waits in vain; 0: nobody
  };
  // Of a frame that is `send`, `request` or `ack`; `bytes` stood behind it. `admit` has been asked.
  Taken take(const RecordPtr& record, ClientFrame frame, std::string_view bytes, Asker asker, log::Steady now);

  // How many were `too-large`, `too-many-pending` or `overloaded`. Any thread.
  std::uint64_t refused() const noexcept { return refused_; }

  // Requests that no handler has answered in time get an error.
  void expire(log::Steady now);
  std::optional<log::Steady> next_due() const;
  // Messages that have not begun do not begin any more; outcomes go nowhere.
  void close() noexcept;

 private:
  class Call;
  void run(const std::shared_ptr<Call>& call, const HandlerPtr& handler) noexcept;
  void reject(Call& call, std::string_view code, std::string_view why) noexcept;
  void finish(Call& call, Outcome outcome) noexcept;
  void ended(Call& call) noexcept;
  OutcomePtr refuse(const RecordPtr& record, const ClientFrame& frame) const;
  void complain(LogLevel level, const std::string& line) const noexcept;

  const MessageLimits limits_;
  const Parts parts_;
  std::weak_ptr<Messages> self_;
  Handlers handlers_;
  std::atomic<bool> closed_{false};
  std::atomic<std::size_t> pending_bytes_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<Asker> askers_{0};

  mutable std::mutex calls_mutex_;
  struct Due {
    log::Steady when;
    std::weak_ptr<Call> call;
  };
  std::map<std::uint64_t, Due> calls_;  // requests without an outcome, by order of being taken
  std::uint64_t calls_taken_ = 0;
};

OutcomePtr make_error(std::string_view code, std::string message);

}  // namespace pushwire::session
