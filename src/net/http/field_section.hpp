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

  struct Taken {
    Step step;
    std::size_t size;
  };

  // Takes `bytes` up to the first one, with it, that begins a field, ends the section or is refused; where there is
  // none, all of them. Not to be called after `section_ends` or `refused`, before reset().
  Taken take(std::string_view bytes) noexcept;
  // Takes one byte; tells of the end of a field too.
  Step put(char c) noexcept;
  void reset() noexcept { place_ = Place::line_start; }

  // After `refused`: what is wrong, to stand behind the quoted line.
  std::string_view complaint() const noexcept { return complaint_; }

 private:
  enum class Place : std::uint8_t { line_start, name, value, value_lf, section_lf };

  std::size_t run(std::string_view bytes) const noexcept;
  Step refuse(std::string_view complaint) noexcept;

  Place place_ = Place::line_start;
  std::string_view complaint_;
};

}  // namespace pushwire::net
