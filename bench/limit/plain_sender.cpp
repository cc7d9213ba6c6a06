#include <sys/socket.h>

#include <cerrno>

#include "limit/sender.hpp"

namespace pushwire::bench::limit {

bool send_rest(Unsent& unsent, std::string_view bytes) {
  const std::size_t left = bytes.size() - unsent.taken;
  const ssize_t sent = send(unsent.socket, bytes.data() + unsent.taken, left, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0) return errno != EAGAIN;
  unsent.taken += static_cast<std::size_t>(sent);
  return unsent.taken == bytes.size();
}

namespace {

class PlainSender final : public Sender {
 public:
  void send_to_all(const std::vector<int>& sockets, std::string_view bytes, std::vector<Unsent>& unsent) override {
    for (const int socket : sockets) {
      Unsent whole{socket, 0};
      if (!send_rest(whole, bytes)) unsent.push_back(whole);
    }
  }
};

}  // namespace

std::unique_ptr<Sender> plain_sender() { return std::make_unique<PlainSender>(); }

}  // namespace pushwire::bench::limit
