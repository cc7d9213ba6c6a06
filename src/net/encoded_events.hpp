// Each event's bytes in each format, made on first read and kept while the event is recent, within a bound in bytes
// (oldest out first). One a reactor; not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "pushwire/transport.hpp"

namespace pushwire::net {

// How a reader's bytes look: which transport writes them, and with which encoding. Readers of equal formats share.
struct Format {
  std::uint16_t transport = 0;  // index into the server's list
  bool with_time = false;
  bool envelope = false;

  std::uint32_t id() const noexcept { return transport * 4u + (with_time ? 2u : 0u) + (envelope ? 1u : 0u); }
  friend bool operator==(const Format& a, const Format& b) noexcept { return a.id() == b.id(); }
};

class EncodedEvents {
 public:
  EncodedEvents(const std::vector<std::shared_ptr<const Transport>>& transports, std::size_t capacity_bytes)
      : transports_(transports), capacity_(capacity_bytes) {}

  // Appends the event's bytes.
  void append(const Event& event, Format format, bool snapshot, std::string& out);
  std::uint64_t encodings() const noexcept { return encodings_; }

 private:
  struct Key {
    Sequence sequence;
    std::uint64_t format;
    friend bool operator==(const Key& a, const Key& b) noexcept {
      return a.sequence == b.sequence && a.format == b.format;
    }
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept {
      return static_cast<std::size_t>((key.sequence * 64 + key.format) * 0x9E3779B97F4A7C15ull);
    }
  };

  const std::vector<std::shared_ptr<const Transport>>& transports_;
  std::size_t capacity_;
  std::size_t held_ = 0;
  std::uint64_t encodings_ = 0;
  std::unordered_map<Key, std::string, Hash> bytes_;
  std::deque<Key> order_;
};

}  // namespace pushwire::net
