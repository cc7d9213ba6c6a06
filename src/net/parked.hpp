// A request that waits until it is known who asks: the host's judgment may take its time, on another thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "net/http/request_reader.hpp"
#include "pushwire/transport.hpp"
#include "session/record.hpp"

namespace pushwire::net {

class Connection;

// What came of it.
struct Verdict {
  session::IdentityPtr identity;  // null: refused, for the reasons below
  Head refusal;
  std::string sentence;
};

class Parked {
 public:
  Parked(Connection& of, std::string from) : connection(&of), peer(std::move(from)) {}

  // The reactor, before it is judged, for the first time or once more.
  void wait() noexcept { state_.store(State::waiting); }
  // The judging thread: whether there is still somebody to judge. From then on the request is its to read.
  bool begin() noexcept {
    State expected = State::waiting;
    return state_.compare_exchange_strong(expected, State::judging);
  }
  // The reactor: the connection has gone. What the request holds goes with it, unless it is being read.
  void cancel() noexcept {
    connection = nullptr;
    State expected = State::waiting;
    if (state_.compare_exchange_strong(expected, State::gone)) request.reset();
  }

  // The reactor's: null once the connection has gone.
  Connection* connection;
  const std::string peer;  // address
  // While the judgment runs, its thread may read it and nobody changes it.
  std::unique_ptr<RequestReader> request;
  std::uint64_t judgment = 0;  // Hub::judgments_ when it began
  // The judging thread's until it is handed back.
  Verdict verdict;

 private:
  enum class State : std::uint8_t { waiting, judging, gone };
  std::atomic<State> state_{State::waiting};
};

}  // namespace pushwire::net
