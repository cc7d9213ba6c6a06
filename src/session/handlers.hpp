// The host's handlers by the names of the messages that they take. Any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "pushwire/access.hpp"
#include "pushwire/handler.hpp"

namespace pushwire::session {

struct HandlerEntry {
  detail::Handler call;
  pushwire::Access who;
};
using HandlerPtr = std::shared_ptr<const HandlerEntry>;

class Handlers {
 public:
  // Throws std::invalid_argument for what is no name, std::logic_error for one that is taken.
  void add(std::string_view name, detail::Handler handler, pushwire::Access who);
  bool remove(std::string_view name);
  void clear() noexcept;
  HandlerPtr find(std::string_view name) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, HandlerPtr, std::less<>> by_name_;
};

}  // namespace pushwire::session
