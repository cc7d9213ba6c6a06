// What a server knows about one session. Made on first use, ends with the lease behind its last connection.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "log/event_log.hpp"
#include "log/private_events.hpp"
#include "pushwire/identity.hpp"
#include "session/rate.hpp"
#include "session/requests.hpp"
#include "session/strand.hpp"
#include "session/token.hpp"

namespace pushwire::session {

using IdentityPtr = std::shared_ptr<const Identity>;  // null: nobody asked who the client is

struct Record : std::enable_shared_from_this<Record> {
  Record(const Token& of, std::string shown, Rate messages_rate, Post post)
      : token(of), name(std::move(shown)), rate(messages_rate), strand(std::make_shared<Strand>(std::move(post))) {}

  const Token token;
  const std::string name;  // public

  // Under the mutex of Sessions.
  IdentityPtr identity;
  std::string transport;  // of the newest connection
  std::size_t connections = 0;
  log::Steady idle_since{};
  std::int64_t since_ms = 0;                          // Unix milliseconds
  std::uint64_t number = 0;                           // rises from one that began to the next
  bool used = false;                                  // the client has handed its token in, or said something
  std::atomic<bool> ended{false};                     // set under it
  std::list<std::shared_ptr<Record>>::iterator idle;  // its place among the idle, while it has no connection

  // Readers whose cursor is below this were judged by other rights.
  std::atomic<Sequence> rights_from{0};

  // Under `mutex`.
  std::mutex mutex;
  Requests requests;
  std::size_t waiting = 0;  // messages whose handlers have not ended
  Sequence replied_to = 0;  // the highest cursor of a reply that was handed over
  Rate rate;
  log::PrivateEventsPtr events;  // null: none yet

  const std::shared_ptr<Strand> strand;  // the host's code for this session, in order
};
using RecordPtr = std::shared_ptr<Record>;

}  // namespace pushwire::session
