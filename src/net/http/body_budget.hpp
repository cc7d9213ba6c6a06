// What all request bodies together may take while they are read or wait to be taken up: many clients that stay below
// Limits::body_bytes each could fill the memory, before it is known who asks.
//
// Threads: any.
#pragma once

#include <atomic>
#include <cstddef>

namespace pushwire::net {

class BodyBudget {
 public:
  // Of each body so much is free: messages get through while large bodies are refused.
  static constexpr std::size_t kFree = 4 * 1024;

  explicit BodyBudget(std::size_t bytes) noexcept : bytes_(bytes) {}

  // False, and nothing is taken: there is not so much left.
  bool take(std::size_t bytes) noexcept {
    std::size_t taken = taken_.load(std::memory_order_relaxed);
    do {
      if (bytes > bytes_ - taken) return false;
    } while (!taken_.compare_exchange_weak(taken, taken + bytes, std::memory_order_relaxed));
    return true;
  }
  void give_back(std::size_t bytes) noexcept { taken_.fetch_sub(bytes, std::memory_order_relaxed); }
  std::size_t taken() const noexcept { return taken_.load(std::memory_order_relaxed); }

 private:
  const std::size_t bytes_;
  std::atomic<std::size_t> taken_{0};
};

}  // namespace pushwire::net
