// Writes the heads of answers: the one place that frames them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pushwire::net {

// What an answer's head is made of. Values are the core's or have been judged (Head::add, AccessPolicy): nothing here
// looks for control characters. Views and pointers must last for the call of append_head.
struct ResponseHead {
  enum class Body : std::uint8_t {
    none,         // no body; Content-Length 0 where the status would otherwise have one
    length,       // content_length bytes; for HEAD, as GET would have them
    chunked,      // HTTP/1.1; with HTTP/1.0 it becomes until_close
    until_close,  // ends with the connection, whatever `close` says
  };

  int status = 200;
  int version_minor = 1;  // of the request; the answer says HTTP/1.1 in any case (RFC 9110 section 6.2)
  Body body = Body::none;
  std::size_t content_length = 0;
  bool close = false;              // the connection ends behind this answer
  std::string_view content_type;   // empty: none
  std::string_view cache_control;  // empty: none
  std::string_view date;           // as RFC 9110 section 5.6.7 writes it; empty: none
  std::string_view cors_origin;    // the Origin to be told that it may read this; empty: none
  bool vary_origin = false;        // answers differ by Origin
  const std::vector<std::pair<std::string, std::string>>* fields = nullptr;  // behind the core's own, of
                                                                             // which they replace the general ones
};

// Appends the head through its empty line. 101 has the status line and `fields` alone; 204 and 304 have no
// Content-Length and no Transfer-Encoding, whatever `body` says.
void append_head(const ResponseHead& head, std::string& out);

// What everything under the base path says of itself, but the client script.
inline constexpr std::string_view kUncached = "no-cache, no-store, no-transform";

// The head of 100 (Continue), whole.
inline constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// `bytes` as one chunk (RFC 9112 section 7.1); nothing for none, since an empty chunk ends the body. kLastChunk and
// chunks whose content is still to be written are in net/framing.hpp.
void append_chunk(std::string_view bytes, std::string& out);
// What stands before a chunk's bytes; CRLF has to follow them.
void append_chunk_size(std::size_t size, std::string& out);

}  // namespace pushwire::net
