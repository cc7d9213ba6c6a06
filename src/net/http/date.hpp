#pragma once

#include <cstdint>
#include <string>

namespace pushwire::net {

// An HTTP date (RFC 9110 section 5.6.7), always in English and GMT whatever the host's locale: 29 bytes for the years
// 1 to 9999.
std::string http_date(std::int64_t unix_seconds);

}  // namespace pushwire::net
