#include "net/waker.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace pushwire::net {

Waker::Waker() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "pushwire: eventfd");
}

Waker::~Waker() { ::close(descriptor_); }

void Waker::signal() noexcept {
  const std::uint64_t one = 1;
  // Fails only when the counter is full: then it is readable all the same.
  [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

void Waker::clear() noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto taken = ::read(descriptor_, &count, sizeof count);
  // An exchange and no store: it reads what the last wake() wrote and so sees what was appended before it. A store
  // could still be on its way when the reactor looks at the log, and a wake() in between would be lost.
  pending_.exchange(false, std::memory_order_acq_rel);
}

}  // namespace pushwire::net
