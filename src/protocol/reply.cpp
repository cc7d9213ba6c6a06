#include "pushwire/reply.hpp"

#include <algorithm>
#include <stdexcept>

#include "pushwire/request_error.hpp"

namespace pushwire {
namespace detail {

ReplySink::~ReplySink() = default;

bool valid_error_code(std::string_view code) noexcept {
  constexpr std::size_t kMost = 64;
  return !code.empty() && code.size() <= kMost && std::all_of(code.begin(), code.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace detail

RequestError::RequestError(const std::string& message) : RequestError("refused", message) {}

RequestError::RequestError(std::string code, const std::string& message) : std::runtime_error(message) {
  if (!detail::valid_error_code(code)) {
    throw std::invalid_argument("pushwire: the code of an error is 1 to 64 characters of a to z, 0 to 9 and '-'");
  }
  code_ = std::make_shared<const std::string>(std::move(code));
}

}  // namespace pushwire
