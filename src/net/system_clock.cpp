#include <ctime>

#include "net/clock.hpp"

namespace pushwire::net {

namespace {

using std::chrono::nanoseconds;

nanoseconds exact_wall() noexcept { return std::chrono::system_clock::now().time_since_epoch(); }
nanoseconds steady_time() noexcept { return std::chrono::steady_clock::now().time_since_epoch(); }

}  // namespace

log::Moment SystemClock::now() const noexcept {
#ifdef CLOCK_REALTIME_COARSE
  const nanoseconds steady = steady_time();
  timespec time{};
  clock_gettime(CLOCK_REALTIME_COARSE, &time);
  const nanoseconds coarse = std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
  const nanoseconds wall = wall_.at(steady, coarse, steady_time, exact_wall);
#else
  const nanoseconds wall = exact_wall();
  const nanoseconds steady = steady_time();
#endif
  return {log::Steady(steady), std::chrono::floor<std::chrono::milliseconds>(wall).count()};
}

}  // namespace pushwire::net
