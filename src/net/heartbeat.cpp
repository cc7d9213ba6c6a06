#include "net/heartbeat.hpp"

namespace pushwire::net {

Heartbeat Heartbeat::asked(std::chrono::milliseconds wanted, std::chrono::milliseconds own) noexcept {
  Heartbeat given;
  if (wanted >= own || own <= std::chrono::seconds(1)) return given;
  given.step_ = 1;
  while (given.period(own) * 2 <= wanted) ++given.step_;
  return given;
}

}  // namespace pushwire::net
