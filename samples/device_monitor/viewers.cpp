#include "viewers.hpp"

namespace device_monitor {

std::uint64_t Viewers::join(const std::string& session) {
  const auto [viewer, is_new] = numbers_.emplace(session, last_ + 1);
  if (is_new) ++last_;
  return viewer->second;
}

std::optional<std::uint64_t> Viewers::number(const std::string& session) const {
  const auto viewer = numbers_.find(session);
  if (viewer == numbers_.end()) return std::nullopt;
  return viewer->second;
}

}  // namespace device_monitor
