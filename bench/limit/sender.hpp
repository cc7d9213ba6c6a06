// Gives the same bytes to many sockets: where nearly all the time of this program goes.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace pushwire::bench::limit {

// A socket that took only the first bytes of what it was given.
struct Unsent {
  int socket = -1;
  std::size_t taken = 0;
};

class Sender {
 public:
  virtual ~Sender() = default;
  // The sockets are non-blocking. Adds to `unsent` those that did not take all; one that failed is none of them: it is
  // about to be reported as closed.
  virtual void send_to_all(const std::vector<int>& sockets, std::string_view bytes, std::vector<Unsent>& unsent) = 0;
};

// One send() for each socket.
std::unique_ptr<Sender> plain_sender();
// io_uring: the requests of 256 sockets with each call into the kernel. Null where the program was built without liburing;
// throws std::system_error where the kernel has no ring for it.
std::unique_ptr<Sender> ring_sender();

// Goes on with one socket: false when it still has not taken all.
bool send_rest(Unsent& unsent, std::string_view bytes);

}  // namespace pushwire::bench::limit
