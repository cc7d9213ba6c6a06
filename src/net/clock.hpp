// The one source of time: real in a server, hand-cranked in tests.
#pragma once

#include "log/moment.hpp"
#include "net/wall_offset.hpp"

namespace pushwire::net {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual log::Moment now() const noexcept = 0;
};

class SystemClock final : public Clock {
 public:
  log::Moment now() const noexcept override;

 private:
  mutable WallOffset wall_;
};

}  // namespace pushwire::net
