// Outcomes that a connection waits for. They stay where the session keeps them, which is bounded, until the socket has
// room: a client that asks and does not read makes nothing grow.
#pragma once

#include <cstddef>
#include <deque>

#include "pushwire/transport.hpp"
#include "session/record.hpp"

namespace pushwire::net {

class Hub;

class Replies {
 public:
  class Outlet {
   public:
    virtual bool has_room() const noexcept = 0;
    virtual void give(const ReplyFrame& reply) = 0;
    // Another connection gets that one's reply.
    virtual void give_up(session::RequestId id) = 0;

   protected:
    ~Outlet() = default;
  };

  // All of it outlives this.
  Replies(Hub& hub, session::RecordPtr record, Outlet& outlet);
  ~Replies();
  Replies(const Replies&) = delete;
  Replies& operator=(const Replies&) = delete;

  session::Asker asker() const noexcept { return asker_; }
  // The outcome is there: given now, or when there is room.
  void ready(session::RequestId id);
  void moved(session::RequestId id) { outlet_.give_up(id); }
  // There may be room again.
  void pump();
  bool waiting() const noexcept { return !due_.empty(); }

  static ReplyFrame frame(std::optional<session::RequestId> id, const session::Outcome& outcome) noexcept;

 private:
  Hub& hub_;
  const session::RecordPtr record_;
  Outlet& outlet_;
  const session::Asker asker_;
  std::deque<session::RequestId> due_;  // at most as many as may be pending
};

}  // namespace pushwire::net
