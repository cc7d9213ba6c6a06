// Which readers miss an erasure that is no longer kept. A key that was there from its `birth` on and whose tombstone
// `sequence` is forgotten concerns readers that had read to somewhere in [birth, sequence): earlier ones never knew the
// key, later ones heard that it went. So keys that come and go quickly do not tear a slow reader from its place
// time and again.
//
// Bounded: at most kSpans; then neighbors become one span that covers both, which may concern more readers, never
// fewer.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "pushwire/cursor.hpp"

namespace pushwire::log {

class ForgottenKeys {
 public:
  // Stamps ascend.
  void add(Sequence birth, Sequence sequence, std::uint64_t stamp) noexcept {
    if (size_ > 0) sequence = std::max(sequence, spans_[size_ - 1].sequence);
    while (size_ > 0 && spans_[size_ - 1].birth >= birth) --size_;
    if (size_ == kSpans) join_neighbors();
    spans_[size_++] = {birth, sequence, stamp};
  }

  // As TypeStore::lost.
  Sequence lost(Sequence after, std::uint64_t forgiven) const noexcept {
    if (size_ == 0) return 0;
    const auto end = spans_.begin() + static_cast<std::ptrdiff_t>(size_);
    const auto first = std::partition_point(
        spans_.begin(), end, [&](const Span& span) { return span.sequence <= after || span.stamp <= forgiven; });
    return first != end && first->birth <= after ? spans_[size_ - 1].sequence : 0;
  }

 private:
  struct Span {
    Sequence birth;
    Sequence sequence;
    std::uint64_t stamp;
  };
  static constexpr std::size_t kSpans = 32;

  void join_neighbors() noexcept {
    for (std::size_t i = 0; i < kSpans / 2; ++i) {
      const Span& later = spans_[2 * i + 1];
      spans_[i] = {spans_[2 * i].birth, later.sequence, later.stamp};
    }
    size_ = kSpans / 2;
  }

  std::array<Span, kSpans> spans_{};  // births and stamps ascend strictly, sequences ascend
  std::size_t size_ = 0;
};

}  // namespace pushwire::log
