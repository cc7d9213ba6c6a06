// Readers that stand at the same place with the same format, framing, heartbeat and subscription: they get the same
// bytes, joined once, and the same pings. Between turns every cohort stands at the hub's horizon. An event wakes only the cohorts of its type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "log/event_log.hpp"
#include "net/deadline_wheel.hpp"
#include "net/encoded_events.hpp"
#include "net/framing.hpp"
#include "net/heartbeat.hpp"

namespace pushwire::net {

class Reader;

struct CohortKey {
  Format format;
  Framing framing = Framing::none;
  bool held = false;  // answers once: long-poll
  Heartbeat heartbeat;
  log::SubscriptionPtr subscription;

  friend bool operator==(const CohortKey& a, const CohortKey& b) noexcept {
    return a.format == b.format && a.framing == b.framing && a.held == b.held && a.heartbeat == b.heartbeat &&
           a.subscription == b.subscription;
  }
};

class Cohort final : public Timed {
 public:
  using Due = std::function<void(Cohort&, Steady now)>;
  Cohort(CohortKey key, const Due& heartbeat) : key_(std::move(key)), heartbeat_(heartbeat) {}

  const CohortKey& key() const noexcept { return key_; }
  const std::vector<Reader*>& members() const noexcept { return members_; }
  // Of each member, the socket that bytes may be sent to directly; -1: none. A member has nothing pending.
  const std::vector<int>& descriptors() const noexcept { return descriptors_; }
  void on_deadline(Steady now) noexcept override { heartbeat_(*this, now); }

 private:
  friend class Cohorts;
  CohortKey key_;
  const Due& heartbeat_;
  std::vector<Reader*> members_;
  std::vector<int> descriptors_;
  std::uint64_t woken_ = 0;  // the last call of woken_by that named it
};

class Cohorts {
 public:
  // `heartbeat` is called when a cohort's own deadline has passed.
  Cohorts(const log::EventLog& log, Cohort::Due heartbeat) : log_(log), heartbeat_(std::move(heartbeat)) {}

  // The reader must be in none, with nothing pending. The cohort is made when it is the first. `descriptor`: as
  // Cohort::descriptors.
  Cohort& join(Reader& reader, CohortKey key, int descriptor = -1);
  void leave(Reader& reader) noexcept;

  // Adds the cohorts that read any of `types`; all that there are where `types` is null.
  void woken_by(const std::vector<log::TypeId>* types, std::vector<Cohort*>& out);
  // Forgets those that nobody is in. Not while a cohort from woken_by is in use.
  void sweep();
  std::size_t size() const noexcept { return cohorts_.size(); }

 private:
  struct Hash {
    std::size_t operator()(const CohortKey& key) const noexcept;
  };
  void index(Cohort& cohort);
  // Types registered since the last call: the cohorts that are indexed already have not seen them.
  void index_new_types();
  // Those in by_type_; good until the next call.
  const std::vector<log::TypeId>& indexed_types(const Cohort& cohort);

  const log::EventLog& log_;
  Cohort::Due heartbeat_;
  std::unordered_map<CohortKey, std::unique_ptr<Cohort>, Hash> cohorts_;
  std::vector<Cohort*> in_order_;  // as they were made: the order must not depend on addresses, for simulations' sake
  std::vector<Cohort*> of_everything_;
  std::vector<std::vector<Cohort*>> by_type_;
  std::vector<log::TypeId> scratch_;
  std::uint64_t wakes_ = 0;
  std::size_t empty_ = 0;
};

}  // namespace pushwire::net
