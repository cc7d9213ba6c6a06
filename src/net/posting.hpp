// The answer to a batch of client frames that came by POST: its head as soon as the frames have been taken, and a reply
// whenever one is there.
#pragma once

#include <set>
#include <string>

#include "net/http/response_head.hpp"
#include "net/replies.hpp"
#include "pushwire/transport.hpp"
#include "session/record.hpp"

namespace pushwire::net {

class Connection;
class Hub;

class Posting final : private Replies::Outlet {
 public:
  // A session's: it counts as a connection of it.
  Posting(Hub& hub, Connection& connection, session::RecordPtr record, bool keep_alive);
  ~Posting();

  session::Asker asker() const noexcept { return replies_.asker(); }
  // A reply that is there at once; before `begin`.
  void add(const ReplyFrame& reply);
  // That one will come.
  void expect(session::RequestId id) { expected_.insert(id); }
  // Writes the head and what is there; true: that was all. `head`: of a 200, with its fields.
  bool begin(ResponseHead head);
  // There may be room for replies again.
  void drained();
  // The server stops: the connection ends behind this answer.
  void last_one() noexcept { keep_alive_ = false; }

 private:
  bool has_room() const noexcept override;
  void give(const ReplyFrame& reply) override;
  void give_up(session::RequestId id) override;
  void go_on(session::RequestId id, const ReplyFrame* reply);
  void append(const ReplyFrame& reply, std::string& out);

  Hub& hub_;
  Connection& connection_;
  const session::RecordPtr record_;
  Replies replies_;
  std::string first_;                      // what is there before `begin`
  std::set<session::RequestId> expected_;  // ordered: the client chooses the ids
  bool chunked_ = false;
  bool begun_ = false;
  bool any_ = false;
  bool keep_alive_;
};

}  // namespace pushwire::net
