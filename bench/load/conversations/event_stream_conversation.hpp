// A stream of server-sent events.
#pragma once

#include "load/conversations/conversation.hpp"
#include "load/protocols/event_stream.hpp"
#include "load/protocols/http_responses.hpp"

namespace pushwire::bench::load {

class EventStreamConversation final : public Conversation, private HttpResponses::Reader {
 public:
  EventStreamConversation(const Options& options, bool timed, Deliveries& deliveries);

  void begin(std::uint64_t now, std::string& out) override;
  Verdict receive(std::string_view bytes, std::uint64_t now, std::string& out) override;
  Verdict end(std::uint64_t now) override;
  void ask(std::uint64_t now, std::string& out) override;

 private:
  void head(const ResponseHead& head) override;
  void body(std::string_view piece) override;
  void complete(bool keeps_alive) override;

  const Options& options_;
  Deliveries& deliveries_;
  HttpResponses responses_{*this};
  EventStream events_;
  std::uint64_t now_ = 0;
  int status_ = 0;
  bool complete_ = false;
};

}  // namespace pushwire::bench::load
