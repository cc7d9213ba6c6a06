#include "net/clock.hpp"

namespace pushwire::net {

log::Moment SystemClock::now() const noexcept {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::steady_clock::now(), std::chrono::duration_cast<std::chrono::milliseconds>(wall).count()};
}

}  // namespace pushwire::net
