#include "endpoints/media_types.hpp"

#include <algorithm>

namespace pushwire::endpoints {
namespace {

struct MediaType {
  std::string_view extension;
  std::string_view name;
};

constexpr MediaType kMediaTypes[] = {
#define PUSHWIRE_MEDIA_TYPE(extension, name) {extension, name},
#include "media_types.inc"
#undef PUSHWIRE_MEDIA_TYPE
};

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string_view media_type_of(std::string_view file_name) noexcept {
  const std::size_t dot = file_name.rfind('.');
  const std::string_view extension = dot == std::string_view::npos ? std::string_view() : file_name.substr(dot + 1);
  for (const MediaType& type : kMediaTypes) {
    if (std::equal(extension.begin(), extension.end(), type.extension.begin(), type.extension.end(),
                   [](char a, char b) { return lower(a) == b; })) {
      return type.name;
    }
  }
  return "application/octet-stream";
}

}  // namespace pushwire::endpoints
