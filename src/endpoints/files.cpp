#include "endpoints/files.hpp"

#include <cstdint>

#include "endpoints/paths.hpp"
#include "net/http/document_fields.hpp"
#include "net/http/syntax.hpp"

namespace pushwire::endpoints {

namespace {

// What a member says behind its name, such as "q=0.5" (RFC 9110 section 12.4.2): whether that is nothing at all.
bool is_refused(std::string_view parameters) {
  std::string text;
  for (const char c : parameters) {
    if (!net::syntax::is_blank(c)) text += net::syntax::lower(c);
  }
  return text.substr(0, 4) == ";q=0" && text.find_first_not_of("0.", 3) == std::string::npos;
}

}  // namespace

std::string etag_of(std::string_view body) {
  std::uint64_t hash = 0xCBF29CE484222325ull;  // FNV-1a
  for (const char byte : body) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3ull;
  std::string text = "\"";
  for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[(hash >> shift) & 15];
  return text += '"';
}

bool takes_gzip(const Request& request) {
  bool any = false;
  for (const std::string_view member : request.members("Accept-Encoding")) {
    const std::size_t end = std::min(member.find_first_of("; \t"), member.size());
    const std::string_view name = member.substr(0, end);
    const bool taken = !is_refused(member.substr(end));
    if (net::syntax::same_word(name, "gzip") || net::syntax::same_word(name, "x-gzip")) return taken;
    if (name == "*") any = taken;
  }
  return any;
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
  if (request.field("Range") || !takes_gzip(request)) return response;
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
