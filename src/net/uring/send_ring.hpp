// The same bytes to many sockets by io_uring: one call into the kernel for up to 256 of them.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace pushwire::net {

class SendRing {
 public:
  // In place of a number of bytes: nobody knows.
  static constexpr std::size_t kUnknown = static_cast<std::size_t>(-1);

  virtual ~SendRing() = default;
  // Null where it is not built in (PUSHWIRE_IO_URING), where the kernel has none, or does not let this process have one.
  static std::unique_ptr<SendRing> open();

  // Gives `bytes` to each of the non-blocking sockets. `sent`: how much each has taken at once; 0 also where it fails, and
  // for sockets below 0, which are left out. False: the ring is of no use any more.
  virtual bool send_to_all(const std::vector<int>& sockets, std::string_view bytes, std::vector<std::size_t>& sent) = 0;
};

}  // namespace pushwire::net
