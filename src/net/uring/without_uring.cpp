#include "net/uring/send_ring.hpp"

namespace pushwire::net {

std::unique_ptr<SendRing> SendRing::open() { return nullptr; }

}  // namespace pushwire::net
