// A growing array whose elements never move, so that readers need no lock: element `i` may be used by whoever learnt
// `i` from the thread that added it, or has checked it against size(). One thread adds at a time.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace pushwire::log {

template <class T>
class StableArray {
 public:
  StableArray() = default;
  StableArray(const StableArray&) = delete;
  StableArray& operator=(const StableArray&) = delete;
  ~StableArray() {
    for (auto& segment : segments_) delete[] segment.load(std::memory_order_relaxed);
  }

  std::uint32_t size() const noexcept { return size_.load(std::memory_order_acquire); }
  T& operator[](std::uint32_t i) noexcept { return *locate(i); }
  const T& operator[](std::uint32_t i) const noexcept { return *locate(i); }

  // The element that the next `added` makes part of the array. Throws std::bad_alloc.
  T& spare() {
    const Spot spot = spot_of(size_.load(std::memory_order_relaxed));
    auto& segment = segments_[spot.segment];
    if (segment.load(std::memory_order_relaxed) == nullptr) {
      segment.store(new T[std::size_t{kFirst} << spot.segment](), std::memory_order_release);
    }
    return segment.load(std::memory_order_relaxed)[spot.offset];
  }
  void added() noexcept { size_.fetch_add(1, std::memory_order_release); }

 private:
  static constexpr std::uint32_t kFirst = 16;  // segment s holds 16 * 2^s elements
  struct Spot {
    std::size_t segment;
    std::size_t offset;
  };

  static Spot spot_of(std::uint32_t i) noexcept {
    std::size_t segment = 0;
    for (std::uint32_t n = i / kFirst + 1; n > 1; n >>= 1) ++segment;
    return {segment, i - std::size_t{kFirst} * ((std::size_t{1} << segment) - 1)};
  }
  T* locate(std::uint32_t i) const noexcept {
    const Spot spot = spot_of(i);
    return segments_[spot.segment].load(std::memory_order_acquire) + spot.offset;
  }

  std::array<std::atomic<T*>, 28> segments_{};
  std::atomic<std::uint32_t> size_{0};
};

}  // namespace pushwire::log
