// What a request's fields say about its body and its connection: RFC 9112 sections 3.2, 6 and 9.3, RFC 9110 sections
// 7.8 and 10.1.1. Where the RFCs leave a server to guess, the request is refused.
#pragma once

#include <cstddef>
#include <optional>

#include "net/http/fault.hpp"
#include "pushwire/options.hpp"
#include "pushwire/transport.hpp"

namespace pushwire::net {

struct RequestFraming {
  bool chunked = false;
  std::size_t content_length = 0;
  bool keep_alive = false;
  bool upgrade = false;
  bool expects_continue = false;
};

// Sets `framing` from method, version and fields, or says what is wrong:
// 400 Host other than once (on HTTP/1.0: more than once) or empty; Content-Length other than one run of digits;
//     Transfer-Encoding other than exactly `chunked` (also codings that RFC 9112 section 6.1 would have answered with
//     501: an unread coding ends the connection either way), with HTTP/1.0, or beside Content-Length; a WebSocket
//     handshake with a body
// 411 POST, PUT or PATCH without either
// 413 Content-Length above the limit
// 417 an expectation other than 100-continue
// Upgrade is ignored, as section 7.8 allows, with HTTP/1.0 and where there is a body: clients that offer h2c with a
// POST are served.
std::optional<Fault> judge_framing(const Request& request, const Limits& limits, RequestFraming& framing);

}  // namespace pushwire::net
