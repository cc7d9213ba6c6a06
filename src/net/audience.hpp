// Which readers a session has here, and which streams might yet turn out to be one's: those that were given a token and
// have not used it.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "session/record.hpp"
#include "session/sessions.hpp"

namespace pushwire::net {

class Reader;
class Stream;
class Clock;

class Audience {
 public:
  Audience(session::Sessions& sessions, const Clock& clock) : sessions_(sessions), clock_(clock) {}

  // The reader has a record; it counts as one of the session's connections.
  void join(Reader& reader);
  void leave(Reader& reader) noexcept;
  // Good until the next join or leave; empty: none.
  const std::vector<Reader*>& of(const session::Record& record) const noexcept;

  void add_nameless(Stream& stream);
  void remove_nameless(Stream& stream) noexcept;
  // Whether there is a stream that was given this token: then nobody has used it yet, however old it is.
  bool has_nameless(const session::Token& token) const noexcept;
  // Takes out the streams that were given this token.
  std::vector<Stream*> take_nameless(const session::Token& token);

 private:
  static std::uint64_t key(const session::Token& token) noexcept;

  session::Sessions& sessions_;
  const Clock& clock_;
  std::unordered_map<const session::Record*, std::vector<Reader*>> readers_;
  std::unordered_multimap<std::uint64_t, Stream*> nameless_;
};

}  // namespace pushwire::net
