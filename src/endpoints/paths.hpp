#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pushwire::endpoints {

// A request's path without its percent-encoding (RFC 3986 section 2.1); nullopt where that is broken, or hides a NUL or a
// slash, which then is no border between names.
std::optional<std::string> decoded_path(std::string_view path);

// A path as it stands in a request: what RFC 3986 section 3.3 has no place for is percent-encoded.
std::string encoded_path(std::string_view path);

// "/docs/" of "/docs/index.html"; empty where it is not called that.
std::string_view folder_of_index(std::string_view path) noexcept;

}  // namespace pushwire::endpoints
