// Counts who reads each event type, so that emit wakes nobody in vain and a host can tell whether anybody looks.
// Threads: `watched` is lock-free and may be called from any thread; the rest from any thread under a mutex.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "log/event_log.hpp"
#include "log/stable_array.hpp"
#include "log/subscription.hpp"
#include "log/type_index.hpp"

namespace pushwire::log {

class Watchers {
 public:
  // Told, outside the mutex but in order for each type, that a type's watched() changed. One call at a time, on a
  // thread that joined, left or added a type. Two changes that cancel each other before the call are no change. Must
  // not throw.
  using Change = std::function<void(TypeId type, bool watched)>;

  // Hears of changes from now on. To be set before there are any, or it misses them.
  void on_change(Change change);
  // To be called once for each type, in order of TypeId. A restricted one is watched by those who may see it.
  void add_type(std::string_view name, bool restricted = false);
  // Each join wants one leave. Equal subscriptions are one object, so only the first join and the last leave count.
  void join(const SubscriptionPtr& subscription);
  void leave(const SubscriptionPtr& subscription);
  // False for a type that was not added.
  bool watched(TypeId type) const noexcept;

 private:
  struct Type {
    std::string name;
    std::size_t subscriptions = 0;  // joined ones that match
    bool told = false;              // what the last Change said
    bool queued = false;
    std::atomic<bool> watched{false};  // subscriptions > 0
  };
  struct Joined {
    SubscriptionPtr subscription;
    std::size_t readers = 0;
    std::vector<TypeId> types;
  };

  void count_in(TypeId type);
  void count_out(TypeId type);
  void changed(TypeId type);
  // Tells what is queued, unless another call is at it and will tell this too.
  void tell(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  StableArray<Type> types_;
  TypeIndex index_;  // of the names in types_
  std::unordered_map<const Subscription*, Joined> joined_;
  std::shared_ptr<const Change> change_;
  std::deque<TypeId> queue_;  // each type at most once
  bool telling_ = false;
};

}  // namespace pushwire::log
