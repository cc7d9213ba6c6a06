// Event types by name, so that a subscription finds its types without a look at all others: a client may ask for new
// subscriptions as fast as it can send them. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "log/subscription.hpp"
#include "log/type_id.hpp"

namespace pushwire::log {

class TypeIndex {
 public:
  // `name` is a valid one, new to the index, and outlives it. Throws std::bad_alloc and is then as before.
  void add(std::string_view name, TypeId type, bool restricted = false) {
    types_.insert(first_from(types_.begin(), name), {name, type, restricted});
    if (restricted) ++restricted_;
  }
  std::size_t restricted() const noexcept { return restricted_; }

  std::optional<TypeId> find(std::string_view name) const noexcept {
    const auto at = first_from(types_.begin(), name);
    if (at == types_.end() || at->name != name) return std::nullopt;
    return at->type;
  }

  // Calls `visit(type)` once for each type that `subscription` has, in the order of their names. Takes O(log types) for
  // each pattern, and the visits.
  template <class Visit>
  void for_each(const Subscription& subscription, Visit visit) const {
    const auto visit_seen = [&](const Type& type) {
      if (!type.restricted || subscription.sees(type.type)) visit(type.type);
    };
    if (subscription.everything()) {
      for (const Type& type : types_) visit_seen(type);
      return;
    }
    // Sorted patterns have sorted ranges of names, as '*' comes before all that a name is made of. So what is before
    // `at` is done with, also where the ranges overlap.
    auto at = types_.begin();
    for (std::string_view pattern : subscription.patterns()) {
      const bool prefix = pattern.back() == '*';
      if (prefix) pattern.remove_suffix(1);
      at = first_from(at, pattern);
      const auto end = std::partition_point(at, types_.end(), [&](const Type& type) {
        return prefix ? type.name.substr(0, pattern.size()) == pattern : type.name == pattern;
      });
      for (; at != end; ++at) visit_seen(*at);
    }
  }

 private:
  struct Type {
    std::string_view name;
    TypeId type;
    bool restricted;
  };
  using Types = std::vector<Type>;

  Types::const_iterator first_from(Types::const_iterator at, std::string_view name) const noexcept {
    return std::lower_bound(at, types_.end(), name, [](const Type& a, std::string_view b) { return a.name < b; });
  }

  Types types_;                 // by name
  std::size_t restricted_ = 0;  // of them
};

}  // namespace pushwire::log
