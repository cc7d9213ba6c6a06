// What a hub works on in tests of it: a clock and wires that the test moves by hand.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "net/clock.hpp"
#include "net/deadline_wheel.hpp"
#include "net/responder.hpp"
#include "net/wire.hpp"
#include "pushwire/cursor.hpp"

namespace pushwire::net {

inline constexpr Epoch kEpoch{'e', 'p', 'o', 'c', 'h', '0', '0', '1'};

class HandClock final : public Clock {
 public:
  log::Moment now() const noexcept override { return {Steady{} + std::chrono::milliseconds(ms), ms}; }
  std::int64_t ms = 1'000'000;
};

// Takes `room` bytes more, and gives what lies in `incoming`; behind that its peer has ended once it is `gone`.
class ShortWire final : public Wire {
 public:
  Moved read(char* into, std::size_t capacity) noexcept override {
    const std::size_t size = std::min(capacity, incoming.size());
    if (size == 0) return {gone ? State::ended : State::would_block, 0};
    std::copy_n(incoming.begin(), size, into);
    incoming.erase(0, size);
    return {State::ok, size};
  }
  Moved write(const Chunk* chunks, std::size_t count) noexcept override {
    std::size_t moved = 0;
    for (std::size_t i = 0; i < count && room > 0; ++i) {
      const std::size_t step = std::min(room, chunks[i].size);
      outgoing.append(chunks[i].data, step);
      room -= step;
      moved += step;
    }
    return {moved > 0 ? State::ok : State::would_block, moved};
  }
  void await_readable() override {}
  void await_writable() override {}
  void finish() noexcept override {}
  void close() noexcept override { closed = true; }
  void abort() noexcept override { closed = aborted = true; }
  std::string local_address() const override { return "127.0.0.1"; }
  std::string peer_address() const override { return peer; }
  Observer& observer() { return *observer_; }

  std::string incoming, outgoing;
  std::string peer;
  std::size_t room = SIZE_MAX;
  bool gone = false;
  bool closed = false;
  bool aborted = false;
};

class NoPaths final : public Responder {
 public:
  std::optional<Response> respond(const Request&, const session::IdentityPtr&) override { return std::nullopt; }
};

}  // namespace pushwire::net
