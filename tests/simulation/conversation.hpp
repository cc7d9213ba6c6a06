// One connection of a model client, as far as the transports have something in common: HTTP answers come in, and what
// they carry goes to the client's witness.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "simulation/answer_reader.hpp"
#include "simulation/protocol_text.hpp"
#include "simulation/sim_network.hpp"

namespace pushwire::simulation {

class ModelClient;

class Conversation : protected AnswerReader::Handler {
 public:
  Conversation(ModelClient& client, std::shared_ptr<Link> link)
      : client_(client), link_(std::move(link)), answers_(*this) {}
  virtual ~Conversation() = default;

  virtual void open() = 0;
  void take(std::string_view bytes) { rest_ = bytes.substr(answers_.feed(bytes)); }
  // The conversation that was asked for behind this one on the same connection, once it has begun: to be told rest().
  std::unique_ptr<Conversation> successor() { return begun_ ? std::move(successor_) : nullptr; }
  const std::string& rest() const noexcept { return rest_; }
  // The server has ended it. Judges whether it may.
  void ended();

  // Whether it has something to say now, and when it will have. Polls only.
  virtual bool due() const { return false; }
  virtual std::optional<Steady> next_time() const { return std::nullopt; }
  virtual void say() {}
  // There may be news: it has to look again before it is level.
  virtual void again() {}
  // Something that clients of this transport may do at any time; `wrong`: or must not.
  virtual void act(bool wrong) = 0;
  // Whether the client has all that there is, as far as the conversation can tell.
  virtual bool level() const = 0;
  // Whether the server may end it because nothing was asked for so long.
  virtual bool idle_for_long() const { return false; }
  // What was asked for where the answer is silence: nothing of it has come.
  virtual const Ask* silent() const { return nullptr; }

  bool over() const noexcept { return over_; }  // the client has no more use for it
  bool said_bye() const noexcept { return said_bye_; }
  bool streaming() const noexcept { return streaming_; }
  bool holds_session() const noexcept { return streaming_ && !said_bye_ && (greeted_again_ || joins_); }
  void forgive() noexcept { may_end_ = true; }  // the client has given the server a reason to end it

 protected:
  void on_upgraded(std::string_view) override { fault("upgraded, unasked"); }
  void on_fault(const std::string& sentence) override;
  // Whatever is wrong behind a wrong word of the client is of no interest.
  void fault(const std::string& sentence);
  void hear_hello(const Json& hello);
  void hear_session(const std::string& session, const std::string& state);
  void hear_bye();
  // True: the answer says that there is no room or that the request took too long, and that is the end of it.
  bool turned_away(const AnswerReader::Head& head);
  std::string request_line(std::string_view path, const std::string& query, bool http10) const;
  std::string session_field() const;
  // Sometimes asks the stream for a heartbeat; hear_hello judges what comes of it.
  void wish_for_heartbeat(std::string& query);

  ModelClient& client_;
  std::shared_ptr<Link> link_;
  AnswerReader answers_;
  Ask ask_;
  bool over_ = false;
  bool may_end_ = false;
  bool said_bye_ = false;
  bool streaming_ = false;  // hello has come
  Steady opened_at_{};
  bool greeted_again_ = false;
  bool joins_ = false;  // a connection of its session from the start
  std::optional<std::uint64_t> wished_heartbeat_ms_;
  std::unique_ptr<Conversation> successor_;
  bool begun_ = false;  // the successor has
  std::string rest_;
};

std::unique_ptr<Conversation> make_web_socket(ModelClient& client, std::shared_ptr<Link> link);
std::unique_ptr<Conversation> make_event_stream(ModelClient& client, std::shared_ptr<Link> link);
std::unique_ptr<Conversation> make_polling(ModelClient& client, std::shared_ptr<Link> link, bool held);

}  // namespace pushwire::simulation
