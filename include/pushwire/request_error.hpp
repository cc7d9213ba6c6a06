// Thrown by a handler to refuse a message: the client is answered with this code and this sentence. Everything else
// that a handler throws is answered with `failed` and no text.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "pushwire/export.hpp"

namespace pushwire {

class PUSHWIRE_API RequestError : public std::runtime_error {
 public:
  // The code is "refused". `message` is for the client's people; bytes that are not UTF-8 become U+FFFD on the way.
  explicit RequestError(const std::string& message);
  // `code` is for the client's program: [a-z0-9-], 1 to 64 characters; std::invalid_argument otherwise.
  RequestError(std::string code, const std::string& message);

  const std::string& code() const noexcept { return *code_; }

 private:
  std::shared_ptr<const std::string> code_;  // so that copying does not throw
};

}  // namespace pushwire
