// The sockets that get events, by the form in which they get them.
#pragma once

#include <cstddef>
#include <iterator>
#include <unordered_map>
#include <vector>

#include "limit/handshake.hpp"

namespace pushwire::bench::limit {

class Subscribers {
 public:
  void add(int socket, Format format);
  void remove(int socket);
  bool contains(int socket) const { return places_.count(socket) != 0; }
  // Those of this form are none any more.
  std::vector<int> remove_all(Format format);
  const std::vector<int>& of(Format format) const { return sockets_[static_cast<std::size_t>(format)]; }

 private:
  struct Place {
    Format format = Format::websocket;
    std::size_t index = 0;
  };

  std::vector<int> sockets_[std::size(kFormats)];
  std::unordered_map<int, Place> places_;
};

}  // namespace pushwire::bench::limit
