// What is behind EventLog's face. Only for event_log*.cpp.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "log/event_log.hpp"
#include "log/ledger.hpp"
#include "log/subscription_table.hpp"
#include "log/type_index.hpp"
#include "log/type_store.hpp"

namespace pushwire::log {

struct EventLog::Core {
  Core(const Epoch& epoch, LogLimits of) noexcept : limits(of), ledger(epoch, of.indexed) {}

  const LogLimits limits;
  std::atomic<std::uint64_t> owners{0};  // of private events, counted
  TypeStores types;                      // added under the mutex; names and retentions may be read without

  // All below, and what the stores keep, under it.
  std::mutex mutex;
  Ledger ledger;
  TypeIndex index;  // of the stores' names
  SubscriptionTable subscriptions;
  std::vector<std::uint64_t> seen;  // by type: the last walk that met it
  std::uint64_t walks = 0;
};

}  // namespace pushwire::log
