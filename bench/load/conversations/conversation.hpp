// One connection's talk with the server, without the socket: bytes that came in, bytes to send out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "load/answers.hpp"
#include "load/deliveries.hpp"
#include "load/options.hpp"

namespace pushwire::bench::load {

enum class Verdict : std::uint8_t {
  go_on,
  pause,      // ask() after the interval
  reconnect,  // the server takes no further request on this connection
  close,      // the server has ended it
  fail,       // the server broke the protocol or refused, as fault() says
};

class Conversation {
 public:
  virtual ~Conversation() = default;

  // The connection is there: adds the first request to `out`. Again after each `reconnect`. Times are CLOCK_MONOTONIC.
  virtual void begin(std::uint64_t now, std::string& out) = 0;
  // What came; adds what is to be sent to `out`. `now` may be zero where timed() is false.
  virtual Verdict receive(std::string_view bytes, std::uint64_t now, std::string& out) = 0;
  // The server has closed the connection.
  virtual Verdict end(std::uint64_t now) = 0;
  // After a `pause`.
  virtual void ask(std::uint64_t now, std::string& out) = 0;

  bool timed() const { return place_.timed; }
  // Events may come.
  bool open() const { return open_; }
  const std::string& fault() const { return fault_; }
  // The last sequence number; 0: none.
  std::uint64_t last() const { return place_.last; }

 protected:
  explicit Conversation(bool timed) { place_.timed = timed; }
  Verdict fail(std::string why) {
    fault_ = std::move(why);
    return Verdict::fail;
  }

  Place place_;
  bool open_ = false;

 private:
  std::string fault_;
};

// As the options say. What it refers to outlives it.
std::unique_ptr<Conversation> make_conversation(const Options& options, bool timed, Deliveries& deliveries,
                                                Answers& answers);

}  // namespace pushwire::bench::load
