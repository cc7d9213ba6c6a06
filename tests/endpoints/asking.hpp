// Requests as the tests of files ask them.
#pragma once

#include <string_view>
#include <vector>

#include "endpoints/files.hpp"
#include "pushwire/transport.hpp"

namespace pushwire::endpoints {

inline Request asking(std::string_view target, std::vector<Request::Field> fields = {}) {
  Request request;
  request.method = "GET";
  request.target = target;
  request.path = target.substr(0, target.find('?'));
  request.query = request.path.size() < target.size() ? target.substr(request.path.size() + 1) : std::string_view();
  request.fields = std::move(fields);
  return request;
}

inline File file(std::string_view type, std::string_view body, std::string_view gzip = {}) {
  return {std::string(type), {}, {}, {nullptr, body}, {nullptr, gzip}};
}

inline std::string_view field_of(const net::Response& response, std::string_view name) {
  for (const auto& [known, value] : response.fields) {
    if (known == name) return value;
  }
  return {};
}

}  // namespace pushwire::endpoints
