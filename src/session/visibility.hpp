// Which of the restricted event types a client may see. Any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

#include "log/event_log.hpp"
#include "pushwire/access.hpp"
#include "pushwire/identity.hpp"
#include "session/record.hpp"

namespace pushwire::session {

class Visibility {
 public:
  void restrict(log::TypeId type, pushwire::Access who) {
    const std::lock_guard lock(mutex_);
    rules_.emplace_back(type, std::move(who));
    rules_there_.store(rules_.size(), std::memory_order_release);
  }
  // How many types are restricted. Who has read the log's head before this knows of all that have events up to there.
  std::size_t rules() const noexcept { return rules_there_.load(std::memory_order_acquire); }

  // Whether that is the type's rule.
  bool is(log::TypeId type, const pushwire::Access& who) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [restricted, rule] : rules_) {
      if (restricted == type) return rule == who;
    }
    return false;
  }

  // By the rules as they are now. They are the host's, and run on the calling thread.
  std::vector<log::TypeId> visible_to(const IdentityPtr& identity) const {
    if (rules() == 0) return {};
    static const Identity kAnonymous;
    std::vector<std::pair<log::TypeId, pushwire::Access>> rules;
    {
      const std::lock_guard lock(mutex_);
      rules = rules_;
    }
    std::vector<log::TypeId> visible;
    for (const auto& [type, who] : rules) {
      if (who.admits(identity ? *identity : kAnonymous)) visible.push_back(type);
    }
    return visible;
  }

 private:
  std::atomic<std::size_t> rules_there_{0};
  mutable std::mutex mutex_;
  std::vector<std::pair<log::TypeId, pushwire::Access>> rules_;
};

}  // namespace pushwire::session
