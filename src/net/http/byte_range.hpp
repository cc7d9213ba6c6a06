// Which part of a file is asked for, RFC 9110 section 14.
#pragma once

#include <cstddef>
#include <string_view>

#include "pushwire/export.hpp"

namespace pushwire::net {

struct ByteRange {
  enum class Kind {
    whole,          // no range, or none that is understood: all of it (200)
    part,           // `size` bytes from `first` (206)
    unsatisfiable,  // it begins behind the end (416)
  };
  Kind kind = Kind::whole;
  std::size_t first = 0;
  std::size_t size = 0;
};

// Judges a Range field against a body of `size` bytes. Several ranges at once, which section 14.2 lets a server ignore,
// units other than bytes, and what cannot be read, are the whole.
PUSHWIRE_API ByteRange judge_range(std::string_view field, std::size_t size) noexcept;

// Whether an If-Range field lets the range count: it is exactly `etag`, and that is a strong one (section 13.1.5). Dates are
// not: what is served has none.
PUSHWIRE_API bool range_counts(std::string_view if_range, std::string_view etag) noexcept;

}  // namespace pushwire::net
