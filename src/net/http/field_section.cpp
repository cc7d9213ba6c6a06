#include "net/http/field_section.hpp"

#include <cstring>

#include "net/http/syntax.hpp"

namespace pushwire::net {
namespace {

// Whether a byte of these eight is below 0x20, or 0x7F: subtracting sets the highest bit of such a byte, which it did
// not have.
constexpr bool has_control(std::uint64_t bytes) noexcept {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  const std::uint64_t below = bytes - kEach * 0x20;
  const std::uint64_t del = (bytes ^ kEach * 0x7F) - kEach;
  return ((below | del) & ~bytes & kEach * 0x80) != 0;
}

// Values are most of what clients send, so eight bytes are looked at together while none can end the run.
std::size_t value_run(std::string_view bytes) noexcept {
  std::size_t size = 0;
  for (std::uint64_t next; bytes.size() - size >= sizeof next; size += sizeof next) {
    std::memcpy(&next, bytes.data() + size, sizeof next);
    if (has_control(next)) break;
  }
  return size + syntax::run_of([](char c) { return syntax::is_field_content(c); }, bytes.substr(size));
}

}  // namespace

FieldSection::Step FieldSection::refuse(std::string_view complaint) noexcept {
  complaint_ = complaint;
  return Step::refused;
}

FieldSection::Taken FieldSection::take(std::string_view bytes) noexcept {
  for (std::size_t at = run(bytes); at < bytes.size(); at += run(bytes.substr(at))) {
    const Step step = put(bytes[at++]);
    if (step != Step::inside && step != Step::field_ends) return {step, at};
  }
  return {Step::inside, bytes.size()};
}

// How many bytes, from the first on, are `inside` and change nothing.
std::size_t FieldSection::run(std::string_view bytes) const noexcept {
  if (place_ == Place::name) return syntax::run_of([](char c) { return syntax::is_token(c); }, bytes);
  if (place_ == Place::value) return value_run(bytes);
  return 0;
}

FieldSection::Step FieldSection::put(char c) noexcept {
  switch (place_) {
    case Place::line_start:
      if (c == '\r') {
        place_ = Place::section_lf;
        return Step::inside;
      }
      if (syntax::is_blank(c)) return refuse("begins with a blank: folded lines are obsolete");
      if (c == '\n') return refuse("ends in a bare LF");
      if (!syntax::is_token(c)) return refuse("does not begin with a field name");
      place_ = Place::name;
      return Step::field_begins;
    case Place::name:
      if (c == ':') {
        place_ = Place::value;
        return Step::inside;
      }
      if (syntax::is_blank(c)) return refuse("has a blank in or behind its field name");
      return syntax::is_token(c) ? Step::inside : refuse("has a byte that no field name may have");
    case Place::value:
      if (c == '\r') {
        place_ = Place::value_lf;
        return Step::inside;
      }
      if (c == '\n') return refuse("ends in a bare LF");
      return syntax::is_field_content(c) ? Step::inside : refuse("has a control byte in its value");
    case Place::value_lf:
      if (c != '\n') return refuse("has a bare CR");
      place_ = Place::line_start;
      return Step::field_ends;
    case Place::section_lf: return c == '\n' ? Step::section_ends : refuse("has a bare CR");
  }
  return refuse("is not a field line");
}

}  // namespace pushwire::net
