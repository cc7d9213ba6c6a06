// Polls and long-polls: one request after the other, each from where the answer before it ended.
#pragma once

#include "load/conversations/conversation.hpp"
#include "load/protocols/http_responses.hpp"

namespace pushwire::bench::load {

class PollConversation final : public Conversation, private HttpResponses::Reader {
 public:
  PollConversation(const Options& options, bool timed, Deliveries& deliveries, Answers& answers);

  void begin(std::uint64_t now, std::string& out) override;
  Verdict receive(std::string_view bytes, std::uint64_t now, std::string& out) override;
  Verdict end(std::uint64_t now) override;
  void ask(std::uint64_t now, std::string& out) override;

 private:
  // A body beyond this is no answer to a poll.
  static constexpr std::size_t kMostBytes = std::size_t{16} << 20;

  void head(const ResponseHead& head) override;
  void body(std::string_view piece) override;
  void complete(bool keeps_alive) override;
  Verdict answered(std::uint64_t now, std::string& out);
  void read_on();
  std::string next_request() const;

  const Options& options_;
  Deliveries& deliveries_;
  Answers& answers_;
  HttpResponses responses_{*this};
  ResponseHead head_;  // of the answer that is being read
  std::string body_;   // and its body, where events are looked for
  std::size_t body_bytes_ = 0;
  bool begun_ = false;
  bool complete_ = false;
  bool unasked_ = false;  // there was a further one behind it
  bool keeps_alive_ = false;
  std::string cursor_, etag_, last_modified_;
  std::string request_;  // the next one; empty: to be written
  std::uint64_t asked_ = 0;
  bool waits_ = false;  // for an answer
};

}  // namespace pushwire::bench::load
