// What files are answered with, wherever they come from.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/responder.hpp"
#include "net/shared_bytes.hpp"
#include "pushwire/transport.hpp"

namespace pushwire::endpoints {

struct File {
  std::string content_type;
  std::string cache_control;  // empty: kept by browsers, and asked for each time, so that an upgrade is seen at once
  std::string etag;           // of `body`, strong
  net::SharedBytes body;
  net::SharedBytes gzip;  // the same, compressed; empty: it is not to be had so
};

// A strong ETag over the content.
std::string etag_of(std::string_view body);

// The file, in the encoding that `request` prefers. The answer points into `file`, which outlives it.
net::Response answer_with(const File& file, const Request& request);

// The file in the place of what was asked for, with that status: neither kept by its tag nor given in parts.
net::Response answer_instead(const File& file, int status, const Request& request);

// 301 to another path of this server, with the query that was asked with.
net::Response redirect_to(std::string_view path, const Request& request);

}  // namespace pushwire::endpoints
