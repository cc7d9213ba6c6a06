// A request that waits until it is known who asks: the host's judgment may take its time, on another thread.
#pragma once

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

  // The reactor's: null once the connection has gone.
  Connection* connection;
  const std::string peer;  // address
  // While the judgment runs, its thread may read it and nobody changes it.
  std::unique_ptr<RequestReader> request;
  std::uint64_t judgment = 0;  // Hub::judgments_ when it began
  // The judging thread's until it is handed back.
  Verdict verdict;
};

}  // namespace pushwire::net
