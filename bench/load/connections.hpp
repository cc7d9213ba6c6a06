// The sockets of all conversations, in one thread, by epoll.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "load/conversations/conversation.hpp"
#include "load/options.hpp"

namespace pushwire::bench::load {

class Connections {
 public:
  struct Tally {
    std::size_t opened = 0;
    std::size_t failed = 0;          // before they were open
    std::uint64_t closed_early = 0;  // afterwards, whoever did it
    std::uint64_t errors = 0;        // of the protocol and of sockets
    std::uint64_t reconnects = 0;
  };

  // Throws std::system_error where the system has no epoll for it.
  Connections(const Options& options, Deliveries& deliveries, Answers& answers);
  // Resets what is open, so that no port is left waiting.
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  // Begins to open further connections, as many as may be under way at once.
  void open_more();
  // Every connection is open or has failed.
  bool all_tried() const { return tally_.opened + tally_.failed == slots_.size(); }
  bool any_left() const { return tally_.failed + tally_.closed_early < slots_.size(); }
  // Waits for something to come, no longer than `most`, and sees to it and to the polls that are due.
  void turn(std::chrono::milliseconds most);

  const Tally& tally() const { return tally_; }
  // Connections that have not got as far as the one that got farthest.
  std::size_t behind() const;

 private:
  enum class State : std::uint8_t { unused, connecting, talking, resting, over };
  struct Slot {
    std::unique_ptr<Conversation> conversation;
    int socket = -1;
    State state = State::unused;
    bool was_open = false;
  };
  struct Rest {
    std::uint64_t until = 0;
    std::size_t slot = 0;
  };

  void connect(Slot& slot);
  void connected(Slot& slot);
  void readable(Slot& slot);
  void end_rests();
  void follow(Slot& slot, Verdict verdict);
  void send(Slot& slot);
  void rest(Slot& slot);
  void disconnect(Slot& slot);
  void end(Slot& slot);
  void fail(Slot& slot, const std::string& why);
  bool watch(Slot& slot, int operation, std::uint32_t events);
  int wait_ms(std::chrono::milliseconds most) const;

  const Options& options_;
  std::vector<Slot> slots_;
  std::size_t begun_ = 0;
  std::deque<Rest> rests_;  // all are of the same length
  std::vector<char> buffer_;
  std::string out_;  // what a conversation wants to be sent
  Tally tally_;
  int epoll_ = -1;
};

}  // namespace pushwire::bench::load
