// Which event types a reader gets: those that it wants, by exact names or prefixes written `sensor.*` (no pattern at all
// means every type), without the restricted types that it may not see. Immutable and interned by the log: equal ones are
// one object, so readers are grouped by pointer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/type_id.hpp"

namespace pushwire::log {

class Subscription {
 public:
  // Both sorted, without repeats; each pattern valid. `visible`: the restricted types that the reader may see.
  explicit Subscription(std::vector<std::string> patterns, std::vector<TypeId> visible = {});

  // Whether the type is part of the subscription.
  bool includes(TypeId type, std::string_view name, bool restricted) const noexcept {
    return (!restricted || sees(type)) && matches(name);
  }
  // The two halves of that: the patterns have the name; a restricted type may be seen.
  bool matches(std::string_view type) const noexcept;
  bool sees(TypeId type) const noexcept;

  // There is no pattern: every type that is not hidden.
  bool everything() const noexcept { return patterns_.empty(); }
  const std::vector<std::string>& patterns() const noexcept { return patterns_; }
  const std::vector<TypeId>& visible() const noexcept { return visible_; }

  // A type's name, or a prefix of one that ends in '.', followed by '*'; "*" alone is everything.
  static bool valid_pattern(std::string_view pattern) noexcept;

 private:
  std::vector<std::string> patterns_;
  std::vector<TypeId> visible_;
};

using SubscriptionPtr = std::shared_ptr<const Subscription>;

// [A-Za-z0-9][A-Za-z0-9._:-]{0,127}
bool valid_type_name(std::string_view name) noexcept;

}  // namespace pushwire::log
