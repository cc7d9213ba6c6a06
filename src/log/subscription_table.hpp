// The subscriptions that are alive, each once, and which types they have. Guarded by the log's mutex. Subscriptions
// that nobody holds any more are swept out when the table has doubled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "log/stable_array.hpp"
#include "log/subscription.hpp"
#include "log/type_index.hpp"
#include "log/type_store.hpp"

namespace pushwire::log {

using TypeStores = StableArray<std::unique_ptr<TypeStore>>;

// Which types a subscription has, as a bitmap.
class TypeSet {
 public:
  bool has(std::uint32_t type) const noexcept { return everything_ || (bits_[type / 64] >> (type % 64) & 1U) != 0; }
  // Takes in the types added since. `index` has the same as `types`.
  void extend(const Subscription& subscription, const TypeStores& types, const TypeIndex& index);

  // Calls `visit(type)` for each member below `types`, ascending.
  template <class Visit>
  void for_each(std::uint32_t types, Visit visit) const {
    for (std::uint32_t type = 0; type < types; ++type) {
      if (!everything_ && type % 64 == 0 && bits_[type / 64] == 0) {
        type += 63;
        continue;
      }
      if (has(type)) visit(type);
    }
  }

 private:
  bool everything_ = false;  // while there is no restricted type
  std::uint32_t known_ = 0;  // types looked at
  std::vector<std::uint64_t> bits_;
};

class SubscriptionTable {
 public:
  // What makes a subscription.
  struct Wish {
    std::vector<std::string> patterns;
    std::vector<TypeId> visible;

    // Sorts, drops repeats; "*" is everything, which has no pattern.
    void normalize();
    friend bool operator<(const Wish& a, const Wish& b) noexcept {
      return a.patterns == b.patterns ? a.visible < b.visible : a.patterns < b.patterns;
    }
  };

  // The one with this normalized wish; made if nobody holds such a one.
  SubscriptionPtr get(Wish wish);

  // `scratch` takes the set of a subscription that is not of this table. The set is good until the next `get`.
  const TypeSet& types_of(const Subscription& subscription, const TypeStores& types, const TypeIndex& index,
                          TypeSet& scratch);

 private:
  struct Entry {
    std::weak_ptr<const Subscription> subscription;  // keeps the address from being used again
    TypeSet types;
  };

  SubscriptionPtr add(Wish wish);
  void sweep();

  std::unordered_map<const Subscription*, Entry> entries_;
  std::map<Wish, const Subscription*> by_wish_;
  std::size_t sweep_at_ = 64;
};

}  // namespace pushwire::log
