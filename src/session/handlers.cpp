#include "session/handlers.hpp"

#include <stdexcept>
#include <utility>

#include "log/subscription.hpp"

namespace pushwire::session {

void Handlers::add(std::string_view name, detail::Handler handler, pushwire::Access who) {
  const std::string shown = "pushwire: handler '" + std::string(name.substr(0, 200)) + "': ";
  if (!log::valid_type_name(name)) {
    throw std::invalid_argument(shown + "a name is a letter or digit and up to 127 letters, digits and . _ : - more");
  }
  if (name.substr(0, 9) == "pushwire.") {
    throw std::invalid_argument(shown + "names that begin with 'pushwire.' are reserved");
  }
  // Lives longer than the lock: what a refused one holds may come back into here.
  const HandlerPtr entry = std::make_shared<const HandlerEntry>(HandlerEntry{std::move(handler), std::move(who)});
  const std::lock_guard lock(mutex_);
  if (!by_name_.emplace(name, entry).second) throw std::logic_error(shown + "the name is taken");
}

bool Handlers::remove(std::string_view name) {
  HandlerPtr gone;  // lives longer than the lock: what it holds may come back into here
  const std::lock_guard lock(mutex_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return false;
  gone = std::move(found->second);
  by_name_.erase(found);
  return true;
}

void Handlers::clear() noexcept {
  decltype(by_name_) gone;  // lives longer than the lock
  const std::lock_guard lock(mutex_);
  gone.swap(by_name_);
}

HandlerPtr Handlers::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

}  // namespace pushwire::session
