// One batch after the other, to everybody: the next begins when every socket has taken all of the last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "limit/sender.hpp"
#include "limit/subscribers.hpp"
#include "pacing/pacer.hpp"

namespace pushwire::bench::limit {

class Broadcast {
 public:
  static constexpr std::uint64_t kMaxBatch = 256;  // events that go out as one piece

  // `envelope`: bytes that each event has beside its payload.
  Broadcast(Sender& sender, const Subscribers& subscribers, std::size_t envelope = 0)
      : sender_(sender), subscribers_(subscribers), envelope_(envelope) {}

  // The next `events` of the pacer; only while nothing is left.
  void send(Pacer& pacer, std::uint64_t events);
  // Goes on where sockets had no room; true when nothing is left.
  bool send_rest();
  // The socket is closed.
  void forget(int socket);

 private:
  struct Part {
    std::string bytes;
    std::vector<Unsent> unsent;
  };

  Sender& sender_;
  const Subscribers& subscribers_;
  const std::size_t envelope_;
  Part parts_[std::size(kFormats)];
};

}  // namespace pushwire::bench::limit
