// A cursor is a place in the event log: `<epoch>-<sequence>` on the wire, opaque to clients.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pushwire/export.hpp"

namespace pushwire {

// Which life of the log a sequence number belongs to: eight characters of [a-z0-9], drawn anew when the order of
// events begins anew. Cursors of two epochs cannot be compared.
using Epoch = std::array<char, 8>;

// The position of an event in the log's one order. The first event is 1; 0 stands before it.
using Sequence = std::uint64_t;

struct PUSHWIRE_API Cursor {
  Epoch epoch{};
  Sequence sequence = 0;

  // The wire form, at most 29 bytes.
  std::string text() const;
  void append_to(std::string& out) const;

  // Accepts exactly the wire form (decimal sequence without sign, space or leading zero, at most 2^64-1); anything
  // else, of whatever length, is nullopt.
  static std::optional<Cursor> parse(std::string_view text) noexcept;

  friend bool operator==(const Cursor& a, const Cursor& b) noexcept {
    return a.epoch == b.epoch && a.sequence == b.sequence;
  }
  friend bool operator!=(const Cursor& a, const Cursor& b) noexcept { return !(a == b); }
};

}  // namespace pushwire
