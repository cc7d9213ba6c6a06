// Bytes that several connections send: immutable, kept alive by whoever still has to send some of them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace pushwire::net {

struct SharedBytes {
  std::shared_ptr<const void> owner;  // null: bytes that outlive everything, such as embedded files
  std::string_view view;

  static SharedBytes of(std::string bytes) {
    auto owner = std::make_shared<const std::string>(std::move(bytes));
    const std::string_view view = *owner;
    return {std::move(owner), view};
  }
  bool empty() const noexcept { return view.empty(); }
};

}  // namespace pushwire::net
