#pragma once

#include <string_view>

namespace pushwire::endpoints {

// By the extension of a file's name, letter case aside; what is not known is application/octet-stream. Good for ever.
std::string_view media_type_of(std::string_view file_name) noexcept;

}  // namespace pushwire::endpoints
