// What a session's client has asked for by number, so that asking again runs nothing twice: what is pending, and the
// outcomes that may be asked for again. Pure and bounded: the outcomes that were known longest are forgotten first.
//
// Ids may come in any order; those at or below the highest that was forgotten, and are not known any more, are.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "pushwire/cursor.hpp"

namespace pushwire::session {

using RequestId = std::uint64_t;
using Asker = std::uint64_t;  // names the connection that waits for replies; 0: none
// Who waits for one reply, the latest first. What a client asked by a connection that it has given up may arrive behind what
// it asked by the next: nobody can tell which one it listens to, so each gets the reply.
using Askers = std::array<Asker, 4>;

struct Outcome {
  std::string data;        // JSON; empty: none, or an error
  std::string error_code;  // empty: no error
  std::string error_message;
  std::optional<Cursor> cursor;  // the head when the handler ended
  std::size_t bytes() const noexcept { return data.size() + error_code.size() + error_message.size(); }
};
using OutcomePtr = std::shared_ptr<const Outcome>;

class Requests {
 public:
  static constexpr std::size_t kKept = 4096;                     // outcomes that were handed over already
  static constexpr std::size_t kKeptBytes = 1024 * 1024;         // of those
  static constexpr std::size_t kWaiting = 4096;                  // outcomes that nobody has fetched yet
  static constexpr std::size_t kWaitingBytes = 8 * 1024 * 1024;  // of those

  enum class Standing : std::uint8_t { unseen, pending, answered, forgotten };

  Standing look(RequestId id) const noexcept;
  // `id` is unseen.
  void begin(RequestId id, Asker asker);
  // `id` is pending: `asker` waits as well. Returns who waits in vain from now on; 0: nobody.
  Asker ask_again(RequestId id, Asker asker);
  // `id` is pending, or, as a message without a reply of its own, unseen. Returns who asked.
  Askers finish(RequestId id, OutcomePtr outcome);
  // The outcome, which counts as handed over from here on; null: forgotten meanwhile.
  OutcomePtr hand_over(RequestId id);
  // Nobody waits for the outcome any more; it stays for whoever asks again.
  void abandon(RequestId id) noexcept { hand_over(id); }
  // The client has all up to and with `id`.
  void acknowledge(RequestId id);

  // The highest id that was seen; 0: none.
  RequestId last() const noexcept { return last_; }
  std::size_t pending() const noexcept { return pending_; }

 private:
  struct Entry {
    Askers askers{};
    OutcomePtr outcome;  // null: pending
    bool handed_over = false;
    std::list<RequestId>::iterator place;  // of an outcome
  };
  using Entries = std::map<RequestId, Entry>;
  struct Outcomes {
    std::list<RequestId> ids;  // that came to this state longest ago first
    std::size_t bytes = 0;
  };

  Outcomes& outcomes_of(const Entry& entry) noexcept { return entry.handed_over ? kept_ : waiting_; }
  Entries::iterator forget(Entries::iterator entry);

  Entries entries_;
  RequestId last_ = 0;
  RequestId forgotten_ = 0;  // the highest
  std::size_t pending_ = 0;
  Outcomes kept_;  // handed over already
  Outcomes waiting_;
};

}  // namespace pushwire::session
