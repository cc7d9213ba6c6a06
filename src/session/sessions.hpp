// The sessions that have a record: found by their token, kept while they have a connection and for a lease after it.
//
// Threads: any; one mutex, not held while hooks run. Memory: `most` records; the idle ones go first, those among them
// that were never used before the others.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pushwire/session.hpp"
#include "session/record.hpp"

namespace pushwire::session {

struct SessionLimits {
  std::size_t most = 20'000;
  std::chrono::milliseconds lease{60'000};
  double messages_per_second = 1000;
  double message_burst = 2000;
};

// Whether both are one client that may do the same. When that ends to be so is of no matter: a host may well count it
// from each request on.
bool same_rights(const IdentityPtr& a, const IdentityPtr& b) noexcept;

class Sessions {
 public:
  // `began` and `ended` may be empty. They are called once for each record, the one before any other use of it.
  struct Hooks {
    std::function<void(const RecordPtr&)> began;
    std::function<void(const RecordPtr&)> ended;
    Post post;  // where strands run
  };
  Sessions(SessionLimits limits, const Tokens& tokens, Hooks hooks);

  enum class Standing : std::uint8_t {
    good,     // there is a record now
    expired,  // there was one, or it is another's: a new token is due
    full,     // all records that there may be have connections
  };
  struct Opened {
    Standing standing = Standing::full;
    RecordPtr record;             // good
    bool rights_changed = false;  // good: the identity differs from what the session's other connections have
  };
  enum class Use : std::uint8_t {
    issued,     // the token has just been issued, to a client that is going to use it
    handed_in,  // by a client
    first,      // while the connection that it was issued to is open and has not heard of a use
  };
  // The session of a token that this server issued, for a client of that identity. The record is made where the token
  // can never have been used. `transport`: which it is going to read by; empty: none.
  Opened open(const Token& token, const IdentityPtr& identity, Use use, log::Moment now,
              std::string_view transport = {});
  // What `open` would say of a token that is handed in, for a look that makes nothing.
  Standing look(const Token& token, const IdentityPtr& identity, log::Moment now) const;

  // One connection more, one less: each attach wants one detach. `transport`: empty where it is not one to read by.
  void attach(Record& record, std::string_view transport);
  void detach(const RecordPtr& record, log::Moment now);
  void used(Record& record);

  // Ends what is idle for longer than the lease.
  void expire(log::Moment now);
  std::optional<log::Steady> next_due() const;

  RecordPtr find(std::string_view name) const;
  IdentityPtr identity(const Record& record) const;
  pushwire::Session describe(const Record& record) const;
  std::vector<pushwire::Session> list() const;
  std::vector<RecordPtr> records() const;
  std::size_t size() const;

 private:
  using Records = std::list<RecordPtr>;
  // A record is to be let go outside the lock.
  RecordPtr take_out(const RecordPtr& record);
  bool unused_before(const Token& token, log::Moment now) const;
  pushwire::Session describe_locked(const Record& record) const;
  Records& idle_of(const Record& record) noexcept { return record.used ? idle_used_ : idle_unused_; }

  const SessionLimits limits_;
  const Tokens& tokens_;
  const Hooks hooks_;
  mutable std::mutex mutex_;
  std::unordered_map<SessionId, RecordPtr, SessionIdHash> by_id_;
  std::uint64_t begun_ = 0;
  std::unordered_map<std::string_view, Record*> by_name_;
  Records idle_used_;  // longest idle first
  Records idle_unused_;
  std::uint32_t evicted_issue_ = 0;  // the latest time of issue of a record that had to go before its lease ended
  bool evicted_any_ = false;
};

}  // namespace pushwire::session
