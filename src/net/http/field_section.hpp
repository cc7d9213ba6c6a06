// Judges the lines of a field section (RFC 9112 section 5), in a head or behind the last chunk, byte by byte.
//
// Two readers that see one line differently are how requests are smuggled, so only the strict form passes:
// *( token ":" value CRLF ) CRLF. Folded lines (5.2), space before the colon (5.1), a CR or LF alone (2.2) and control
// bytes are refused, whatever the parser behind would do about them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pushwire::net {

class FieldSection {
 public:
  enum class Step : std::uint8_t {
    inside,
    field_begins,  // the byte is the first one of a field's name
    field_ends,    // the byte is the LF of a field line
    section_ends,  // the byte is the LF of the empty line
    refused,
  };

  // Not to be called after `section_ends` or `refused`, before reset().
  Step put(char c) noexcept;
  // How many bytes, from the first on, are `inside` and change nothing: these need not be put one by one.
  std::size_t run(std::string_view bytes) const noexcept;
  void reset() noexcept { place_ = Place::line_start; }

  // After `refused`: what is wrong, to stand behind the quoted line.
  std::string_view complaint() const noexcept { return complaint_; }

 private:
  enum class Place : std::uint8_t { line_start, name, value, value_lf, section_lf };

  Step refuse(std::string_view complaint) noexcept;

  Place place_ = Place::line_start;
  std::string_view complaint_;
};

}  // namespace pushwire::net
