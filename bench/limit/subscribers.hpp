// The sockets that get events, by the form in which they get them.
#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "limit/handshake.hpp"

namespace pushwire::bench::limit {

class Subscribers {
 public:
  void add(int socket, Format format);
  void remove(int socket);
  bool contains(int socket) const { return places_.count(socket) != 0; }
  const std::vector<int>& of(Format format) const { return sockets_[static_cast<std::size_t>(format)]; }

 private:
  struct Place {
    Format format = Format::websocket;
    std::size_t index = 0;
  };

  std::vector<int> sockets_[2];  // by Format
  std::unordered_map<int, Place> places_;
};

}  // namespace pushwire::bench::limit
