// Takes a body out of chunked coding, RFC 9112 section 7.1.
//
// Our own, although llhttp can do it: whether llhttp looks at the bytes that end a chunk's line and data depends on how
// it was built and on its release, and every byte that one reader skips and another one reads is room for a smuggled
// request. So this one takes the grammar alone: CRLF after each line and each chunk's data, sizes of at most 16
// hexadecimal digits, and no blanks around or in chunk extensions (which the grammar has for old recipients' sake). Nor
// may a quoted value there have a backslash: for some readers, llhttp among them, a quote behind it ends the value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/http/fault.hpp"
#include "net/http/field_section.hpp"

namespace pushwire::net {

class ChunkedBody {
 public:
  enum class State : std::uint8_t { reading, complete, failed };

  // A body above `body_limit` bytes is 413. Extensions and trailer fields, which nobody reads, are 431 above
  // `overhead_limit` bytes in sum: one byte of data must not cost kilobytes of framing.
  void begin(std::size_t body_limit, std::size_t overhead_limit);

  // Appends data to `body` and answers how many bytes it has taken: all, or through the last one of the coding, or
  // through the first one that is wrong.
  std::size_t feed(const char* bytes, std::size_t size, std::string& body);

  State state() const noexcept { return state_; }
  const Fault& fault() const noexcept { return fault_; }

 private:
  enum class Place : std::uint8_t {
    size,
    extension_name,
    extension_value,
    quoted_value,
    quoted_end,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer
  };

  void put(char c, std::size_t body_size);
  void put_size(char c, std::size_t body_size);
  void put_extension(char c);
  void put_trailer(char c);
  void end_size_line();
  bool count_overhead();
  void expect(char found, char wanted, Place next);
  void refuse(char c, std::string_view where);
  void fail(int status, std::string sentence);

  State state_ = State::reading;
  Place place_ = Place::size;
  bool item_begun_ = false;  // the extension's name or value has a byte
  std::size_t size_ = 0;     // of the chunk, as far as it is known
  std::size_t digits_ = 0;
  std::size_t left_ = 0;  // of the chunk's data
  std::size_t body_limit_ = 0;
  std::size_t overhead_left_ = 0;
  FieldSection trailer_;
  std::string line_;  // the trailer line being read
  Fault fault_;
};

}  // namespace pushwire::net
