// A count in a file that two processes map: the load generator counts there what was delivered, and a server that
// saturates looks at how far it is ahead.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace pushwire::bench {

class DeliveryCount {
 public:
  // Of nothing: a count of its own, which no other process sees.
  DeliveryCount() = default;
  ~DeliveryCount();
  DeliveryCount(const DeliveryCount&) = delete;
  DeliveryCount& operator=(const DeliveryCount&) = delete;

  // To read what another process counts in `file`; false where there is no such file, and the count stays zero.
  bool watch(const std::string& file);
  // To count from zero in `file`, which is made where it is missing; false where it cannot be.
  bool keep(const std::string& file);

  std::uint64_t get() const noexcept { return count_->load(std::memory_order_relaxed); }
  void set(std::uint64_t count) noexcept { count_->store(count, std::memory_order_relaxed); }

 private:
  using Count = std::atomic<std::uint64_t>;
  static_assert(Count::is_always_lock_free && sizeof(Count) == sizeof(std::uint64_t), "two processes share it");

  bool map(int descriptor, int protection);
  void unmap() noexcept;

  Count own_{0};
  Count* count_ = &own_;
};

}  // namespace pushwire::bench
