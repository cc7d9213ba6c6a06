#include "limit/subscribers.hpp"

#include <utility>

namespace pushwire::bench::limit {

void Subscribers::add(int socket, Format format) {
  auto& sockets = sockets_[static_cast<std::size_t>(format)];
  places_[socket] = {format, sockets.size()};
  sockets.push_back(socket);
}

void Subscribers::remove(int socket) {
  const auto found = places_.find(socket);
  if (found == places_.end()) return;
  auto& sockets = sockets_[static_cast<std::size_t>(found->second.format)];
  const std::size_t index = found->second.index;
  places_.erase(found);
  if (index + 1 < sockets.size()) {
    sockets[index] = sockets.back();
    places_[sockets[index]].index = index;
  }
  sockets.pop_back();
}

std::vector<int> Subscribers::remove_all(Format format) {
  auto& sockets = sockets_[static_cast<std::size_t>(format)];
  for (const int socket : sockets) places_.erase(socket);
  return std::exchange(sockets, {});
}

}  // namespace pushwire::bench::limit
