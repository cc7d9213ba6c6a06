// Stands for the client that waits for a reply: keeps what it is told.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "pushwire/reply.hpp"

namespace pushwire {

class FakeReplySink final : public detail::ReplySink {
 public:
  bool data(std::string json) noexcept override {
    if (answered()) return false;
    json_ = std::move(json);
    return true;
  }
  bool error(std::string code, std::string message) noexcept override {
    if (answered()) return false;
    code_ = std::move(code);
    message_ = std::move(message);
    return true;
  }
  bool wanted() const noexcept override { return !answered(); }

  bool answered() const noexcept { return json_ || code_; }
  // The data as JSON, or `code: message`; empty where there is no answer.
  std::string said() const {
    if (json_) return *json_;
    return code_ ? *code_ + ": " + message_ : "";
  }

 private:
  std::optional<std::string> json_;
  std::optional<std::string> code_;
  std::string message_;
};

}  // namespace pushwire
