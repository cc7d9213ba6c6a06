#include "net/http/field_section.hpp"

#include "net/http/syntax.hpp"

namespace pushwire::net {

FieldSection::Step FieldSection::refuse(std::string_view complaint) noexcept {
  complaint_ = complaint;
  return Step::refused;
}

FieldSection::Taken FieldSection::take(std::string_view bytes) noexcept {
  for (std::size_t at = run(bytes); at < bytes.size(); at += run(bytes.substr(at))) {
    const Step step = put(bytes[at++]);
    if (step != Step::inside) return {step, at};
  }
  return {Step::inside, bytes.size()};
}

// How many bytes, from the first on, are `inside` and change nothing.
std::size_t FieldSection::run(std::string_view bytes) const noexcept {
  if (place_ == Place::name) return syntax::run_of([](char c) { return syntax::is_token(c); }, bytes);
  if (place_ == Place::value) return syntax::run_of([](char c) { return syntax::is_field_content(c); }, bytes);
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
