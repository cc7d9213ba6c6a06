#include <ctime>

#include "net/clock.hpp"

namespace pushwire::net {

namespace {

using std::chrono::nanoseconds;

nanoseconds exact_wall() noexcept { return std::chrono::system_clock::now().time_since_epoch(); }

#ifdef CLOCK_REALTIME_COARSE
nanoseconds coarse_wall() noexcept {
  timespec time{};
  clock_gettime(CLOCK_REALTIME_COARSE, &time);
  return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}
#else
nanoseconds coarse_wall() noexcept { return exact_wall(); }
#endif

}  // namespace

log::Moment SystemClock::now() const noexcept {
  const log::Steady steady = std::chrono::steady_clock::now();
  const nanoseconds wall = wall_.at(steady.time_since_epoch(), coarse_wall(), exact_wall);
  return {steady, std::chrono::floor<std::chrono::milliseconds>(wall).count()};
}

}  // namespace pushwire::net
