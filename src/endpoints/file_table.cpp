#include "endpoints/file_table.hpp"

#include <cstdint>
#include <utility>

namespace pushwire::endpoints {

namespace {

std::string etag_of(std::string_view body) {
  std::uint64_t hash = 0xCBF29CE484222325ull;  // FNV-1a
  for (const char byte : body) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3ull;
  std::string text = "\"";
  for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[(hash >> shift) & 15];
  return text += '"';
}

// Whether a browser makes a page of it.
bool is_document(std::string_view content_type) {
  for (const std::string_view type : {"text/html", "application/xhtml+xml", "image/svg+xml"}) {
    if (content_type.substr(0, type.size()) == type) return true;
  }
  return false;
}

}  // namespace

bool FileTable::add(std::string path, std::string content_type, std::string_view body) {
  File file{std::move(content_type), etag_of(body), body};
  const std::lock_guard lock(mutex_);
  return files_.emplace(std::move(path), std::move(file)).second;
}

std::optional<net::Response> FileTable::find(std::string_view path) const {
  const std::lock_guard lock(mutex_);
  const auto found = files_.find(path);
  if (found == files_.end()) return std::nullopt;
  net::Response response;
  response.content_type = found->second.content_type;
  response.cache_control = "no-cache";  // kept by browsers, asked for each time: an upgrade is seen at once
  response.etag = found->second.etag;
  response.body = {nullptr, found->second.body};
  if (is_document(response.content_type)) {
    // No other site lays its own page over ours, nor learns where a link came from.
    response.fields = {{"Content-Security-Policy", "frame-ancestors 'self'"},
                       {"X-Frame-Options", "SAMEORIGIN"},
                       {"Referrer-Policy", "no-referrer"}};
  }
  return response;
}

}  // namespace pushwire::endpoints
