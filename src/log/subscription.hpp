// Which event types a reader wants: exact names or prefixes written `sensor.*`; no pattern at all means every type.
// Immutable and interned by the log: equal sets of patterns are one object, so readers are grouped by pointer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pushwire::log {

class Subscription {
 public:
  // `patterns` sorted, without repeats, each valid.
  explicit Subscription(std::vector<std::string> patterns);

  bool matches(std::string_view type) const noexcept;
  bool everything() const noexcept { return patterns_.empty(); }
  const std::vector<std::string>& patterns() const noexcept { return patterns_; }

  // A type's name, or a prefix of one that ends in '.', followed by '*'; "*" alone is everything.
  static bool valid_pattern(std::string_view pattern) noexcept;

 private:
  std::vector<std::string> patterns_;
};

using SubscriptionPtr = std::shared_ptr<const Subscription>;

// [A-Za-z0-9][A-Za-z0-9._:-]{0,127}
bool valid_type_name(std::string_view name) noexcept;

}  // namespace pushwire::log
