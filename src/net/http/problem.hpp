// What an answer says that is no success, RFC 9457.
#pragma once

#include <string>
#include <string_view>

#include "pushwire/export.hpp"

namespace pushwire::net {

inline constexpr std::string_view kProblemType = "application/problem+json";

// RFC 9110's phrase, or the one of the RFC that has the status; empty for a status that is not known.
std::string_view reason_phrase(int status) noexcept;

// {"type":"about:blank","title":"Misdirected Request","status":421,"detail":"…"}; `sentence` is the detail.
PUSHWIRE_API std::string problem_json(int status, std::string_view sentence);

}  // namespace pushwire::net
