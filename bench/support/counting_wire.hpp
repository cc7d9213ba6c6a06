// A wire in memory that costs next to nothing: it takes every byte, keeps none, and counts them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/wire.hpp"

namespace pushwire::bench {

class CountingWire final : public net::Wire {
 public:
  // The peer sends `bytes`, which outlive the reading of them.
  void say(std::string_view bytes) {
    incoming_ = bytes;
    if (observer_ != nullptr) observer_->on_readable();
  }
  std::uint64_t taken() const noexcept { return taken_; }

  Moved read(char* into, std::size_t capacity) noexcept override {
    const std::size_t size = std::min(capacity, incoming_.size());
    if (size == 0) return {State::would_block, 0};
    std::copy_n(incoming_.begin(), size, into);
    incoming_.remove_prefix(size);
    return {State::ok, size};
  }
  Moved write(const net::Chunk* chunks, std::size_t count) noexcept override {
    std::size_t moved = 0;
    for (std::size_t i = 0; i < count; ++i) moved += chunks[i].size;
    taken_ += moved;
    return {State::ok, moved};
  }
  void await_readable() override {}
  void await_writable() override {}
  void finish() noexcept override {}
  void close() noexcept override { observer_ = nullptr; }
  std::string local_address() const override { return "127.0.0.1"; }
  std::string peer_address() const override { return "127.0.0.1"; }

 private:
  std::string_view incoming_;
  std::uint64_t taken_ = 0;
};

}  // namespace pushwire::bench
