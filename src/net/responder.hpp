// Answers requests that are not a transport's: negotiation, the client script, the host's own files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/shared_bytes.hpp"
#include "pushwire/transport.hpp"
#include "session/record.hpp"

namespace pushwire::net {

struct Response {
  int status = 200;
  std::string_view content_type;
  std::string_view cache_control;
  std::string_view content_encoding;  // empty: none
  std::string etag;     // with its quotes; empty: none. The core turns a match with If-None-Match into a 304
  bool ranges = false;  // a part of the body may be asked for (RFC 9110 section 14); needs an ETag
  SharedBytes body;
  std::vector<std::pair<std::string, std::string>> fields;
};

class Responder {
 public:
  virtual ~Responder() = default;
  // On the reactor thread; must be quick. nullopt: no such path (404). `Refusal` is answered as a problem.
  // `identity`: who asks, where that was found out.
  virtual std::optional<Response> respond(const Request& request, const session::IdentityPtr& identity) = 0;
  // What stands where there is nothing, in the place of a problem; nullopt: the problem.
  virtual std::optional<Response> respond_not_found(const Request&) { return std::nullopt; }
};

}  // namespace pushwire::net
