// Who may see an event type or call a handler: everyone, those with one of some roles, or those whom a function admits.
//
//   web.event<double>("pressure", pushwire::latest(), pushwire::visible_to("operator"));
//   web.on("setpoint", set_point, pushwire::allowed_for({"operator", "service"}));
//
// Copies share one rule, which never changes; any thread may judge by it.
#pragma once

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "pushwire/identity.hpp"

namespace pushwire {

class Access {
 public:
  // Called on the server's threads when a connection opens, when event types are added and on every message, also for
  // several clients at once: it must be quick and must not call the server. Where it throws, nobody is admitted.
  using Predicate = std::function<bool(const Identity&)>;

  Access() = default;  // everyone

  // Those who have any of `roles`; with none, nobody. Throws std::invalid_argument for an empty role.
  explicit Access(std::vector<std::string> roles) {
    for (const std::string& role : roles) {
      if (role.empty()) throw std::invalid_argument("pushwire: a role without a name");
    }
    rule_ = std::make_shared<const Rule>(Rule{std::move(roles), nullptr});
  }
  // Throws std::invalid_argument for an empty function.
  explicit Access(Predicate predicate) {
    if (!predicate) throw std::invalid_argument("pushwire: an empty function says who is admitted");
    rule_ = std::make_shared<const Rule>(Rule{{}, std::move(predicate)});
  }

  // Whether everyone is admitted, whoever that is.
  bool open() const noexcept { return rule_ == nullptr; }

  bool admits(const Identity& identity) const noexcept {
    if (open()) return true;
    if (!rule_->predicate) {
      return std::any_of(rule_->roles.begin(), rule_->roles.end(),
                         [&](const std::string& role) { return identity.has_role(role); });
    }
    try {
      return rule_->predicate(identity);
    } catch (...) {
      return false;
    }
  }

  // Whether both are the same rule: the same roles in the same order, or copies with one function.
  friend bool operator==(const Access& a, const Access& b) noexcept {
    if (a.rule_ == b.rule_) return true;
    return a.rule_ && b.rule_ && !a.rule_->predicate && !b.rule_->predicate && a.rule_->roles == b.rule_->roles;
  }
  friend bool operator!=(const Access& a, const Access& b) noexcept { return !(a == b); }

 private:
  struct Rule {
    std::vector<std::string> roles;
    Predicate predicate;
  };

  std::shared_ptr<const Rule> rule_;
};

// For event types. Whoever is not admitted never learns that there is such a type.
inline Access visible_to(std::string role) { return Access(std::vector<std::string>{std::move(role)}); }
inline Access visible_to(std::initializer_list<std::string> any_of) { return Access(std::vector<std::string>(any_of)); }
inline Access visible_to(std::vector<std::string> any_of) { return Access(std::move(any_of)); }
inline Access visible_to(Access::Predicate predicate) { return Access(std::move(predicate)); }

// For handlers. Whoever is not admitted is answered `forbidden`.
inline Access allowed_for(std::string role) { return visible_to(std::move(role)); }
inline Access allowed_for(std::initializer_list<std::string> any_of) { return visible_to(any_of); }
inline Access allowed_for(std::vector<std::string> any_of) { return visible_to(std::move(any_of)); }
inline Access allowed_for(Access::Predicate predicate) { return visible_to(std::move(predicate)); }

}  // namespace pushwire
