#include "endpoints/files.hpp"

#include <cstdint>

#include "endpoints/paths.hpp"
#include "net/http/content_coding.hpp"
#include "net/http/document_fields.hpp"

namespace pushwire::endpoints {

std::string etag_of(std::string_view body) {
  std::uint64_t hash = 0xCBF29CE484222325ull;  // FNV-1a
  for (const char byte : body) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3ull;
  std::string text = "\"";
  for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[(hash >> shift) & 15];
  return text += '"';
}

net::Response answer_with(const File& file, const Request& request) {
  net::Response response;
  response.content_type = file.content_type;
  response.cache_control = file.cache_control.empty() ? std::string_view("no-cache") : file.cache_control;
  response.etag = file.etag;
  response.body = file.body;
  response.ranges = true;
  net::add_document_fields(file.content_type, response.fields);
  if (file.gzip.empty()) return response;
  response.fields.emplace_back("Vary", "Accept-Encoding");
  // A part is one of the file as it is.
  if (request.field("Range") || !net::takes_gzip(request)) return response;
  response.content_encoding = "gzip";
  response.etag.insert(response.etag.size() - 1, "-gzip");
  response.body = file.gzip;
  response.ranges = false;
  return response;
}

net::Response answer_instead(const File& file, int status, const Request& request) {
  net::Response response = answer_with(file, request);
  response.status = status;
  response.etag.clear();
  response.ranges = false;
  return response;
}

net::Response redirect_to(std::string_view path, const Request& request) {
  net::Response response;
  response.status = 301;
  response.cache_control = "no-cache";
  std::string location = encoded_path(path);
  if (!request.query.empty()) location.append("?").append(request.query);
  response.fields.emplace_back("Location", std::move(location));
  return response;
}

}  // namespace pushwire::endpoints
