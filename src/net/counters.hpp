// What Stats is made of: written by the reactor, read by anyone.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace pushwire::net {

struct Counters {
  using Count = std::atomic<std::uint64_t>;

  Count connections{0};
  Count accepted{0};
  Count requests{0};
  Count deliveries{0};
  Count bytes_sent{0};
  Count encodings{0};
  Count gaps{0};
  Count resets{0};
  Count too_slow{0};
  Count refused_full{0};
  Count refused_per_peer{0};
  Count refused_rate{0};
  Count refused_bodies{0};
  Count refused_floods{0};
  Count refused_frames{0};
  Count timed_out_heads{0};
  Count timed_out_bodies{0};
  Count timed_out_idle{0};
  Count timed_out_authorize{0};
  Count accept_pauses{0};
  std::array<Count, 64> conversations{};  // by transport
  std::array<Count, 600> refusals{};      // by HTTP status

  // One writer: no read-modify-write instruction is needed.
  static void add(Count& count, std::uint64_t n = 1) noexcept {
    count.store(count.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  static void subtract(Count& count, std::uint64_t n = 1) noexcept {
    count.store(count.load(std::memory_order_relaxed) - n, std::memory_order_relaxed);
  }
};

}  // namespace pushwire::net
