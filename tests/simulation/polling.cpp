// A client of poll or long-poll: asks again and again over a connection that stays open, now and then several times
// ahead, by HTTP/1.0 or with If-None-Match, and for other things in between.
#include <deque>
#include <utility>

#include "pushwire/options.hpp"
#include "simulation/conversation.hpp"
#include "simulation/model_client.hpp"

namespace pushwire::simulation {

namespace {

class Polling final : public Conversation {
 public:
  Polling(ModelClient& client, std::shared_ptr<Link> link, bool held)
      : Conversation(client, std::move(link)), held_(held), http10_(client.random().one_in(8)) {}

  void open() override { say(); }

  bool due() const override {
    return outstanding_.empty() && !successor_ && !over_ && !level_ && next_ <= client_.clock().steady();
  }
  std::optional<Steady> next_time() const override {
    if (!outstanding_.empty() || successor_ || over_ || level_) return std::nullopt;
    return next_;
  }

  void say() override {
    Random& random = client_.random();
    if (!outstanding_.empty() || over_) return;
    // What is asked ahead of a held answer has to wait for it.
    const bool ahead = !http10_ && !(held_ && client_.settling());
    for (std::size_t n = ahead && random.one_in(6) ? random.between(2, 4) : 1; n > 0; --n) {
      if (ahead && random.one_in(8)) ask_for_something_else();
      ask_once();
    }
    if (ahead && random.one_in(12)) {
      successor_ = random.one_in(2) ? make_web_socket(client_, link_) : make_event_stream(client_, link_);
      successor_->open();
    }
  }

  void again() override { level_ = false; }

  void act(bool wrong) override {
    if (!wrong || successor_) return;
    Random& random = client_.random();
    if (random.one_in(2)) {
      may_end_ = true;
      return link_->send(random.one_in(2) ? "GET / HTTP/9.9\r\n\r\n" : std::string(random.skewed(20'000), '\x01'));
    }
    // Nothing wrong with the frame of these: the connection goes on.
    constexpr const char* kTargets[] = {"/pushwire/poll?after=42",
                                        "/pushwire/poll?events=", "/pushwire/long-poll?wait_ms=x"};
    if (!http10_) expect("GET", kTargets[random.below(3)], 400);
  }

  bool level() const override {
    if (!client_.witness().cursor()) return false;
    return (level_ && !successor_) || silent() != nullptr;
  }
  bool idle_for_long() const override {
    // Less what the last answer was on its way; and a request may have crossed the end.
    return client_.clock().steady() - answered_ >= Limits{}.keep_alive_timeout - std::chrono::seconds(1);
  }
  const Ask* silent() const override {
    const bool waits = held_ && !successor_ && outstanding_.size() == 1 && outstanding_.front().wait.count() > 1000;
    return waits ? &outstanding_.front().ask : nullptr;
  }

 private:
  struct Outstanding {
    Ask ask;
    int status = 200;       // that something else is answered with
    bool other = false;     // it is no poll
    bool bodiless = false;  // HEAD
    std::string target;
    std::string validator;  // If-None-Match
    std::chrono::milliseconds wait{0};
  };
  struct Empty {
    Ask ask;
    std::string query;
    std::string fields;
    std::string target;
    std::string etag;
  };

  void ask_once() {
    Random& random = client_.random();
    Outstanding request;
    AskText text;
    if (unchanged_ && random.one_in(2)) {
      request.ask = unchanged_->ask;
      request.validator = unchanged_->etag;
      text = {unchanged_->query, unchanged_->fields};
      const Ask now = client_.ask(true);
      request.ask.head = now.head;
      request.ask.step = now.step;
      request.ask.at = now.at;
    } else {
      request.ask = client_.ask(outstanding_.empty());
      text = ask_text(request.ask, random);
    }
    query_ = text.query;
    fields_ = text.fields;
    if (held_) {
      request.wait = std::chrono::milliseconds(client_.settling() || random.one_in(2) ? 25'000 : random.skewed(500));
      if (client_.settling() && request.ask.from != Ask::From::cursor) request.wait = std::chrono::milliseconds(0);
      text.query += (text.query.empty() ? "?wait_ms=" : "&wait_ms=") + std::to_string(request.wait.count());
    }
    request.target = (held_ ? "long-poll" : "poll") + text.query;
    std::string head = request_line(held_ ? "long-poll" : "poll", text.query, http10_) + text.fields;
    if (http10_ && random.one_in(2)) head += "Connection: keep-alive\r\n";
    if (!request.validator.empty()) head += "If-None-Match: \"other\", " + request.validator + "\r\n";
    link_->send(head + "\r\n");
    outstanding_.push_back(std::move(request));
  }

  void ask_for_something_else() {
    switch (client_.random().below(4)) {
      case 0: return expect("GET", "/page", 200);
      case 1: return expect("HEAD", "/pushwire/poll?after=earliest", 200);
      case 2: return expect("GET", "/nothing", 404);
      default: return expect("OPTIONS", "/pushwire/poll", 204);
    }
  }

  void expect(const std::string& method, const std::string& target, int status) {
    Outstanding request;
    request.other = true;
    request.status = status;
    request.bodiless = method == "HEAD";
    request.target = target;
    link_->send(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    outstanding_.push_back(std::move(request));
  }

  bool on_head(const AnswerReader::Head& head) override {
    head_ = head;
    body_.clear();
    if (turned_away(head)) return true;
    if (outstanding_.empty()) return fault("an answer to nothing"), true;
    const Outstanding& request = outstanding_.front();
    if (head.closes()) may_end_ = true;
    if (head.closes() && !http10_ && client_.settings().calm && !client_.server_ends())
      client_.fail("an answer closes without a reason");
    if (request.other && head.status != request.status)
      fault(request.target + " is answered with " + std::to_string(head.status));
    if (!request.other && head.status != 200 && (head.status != 304 || request.validator.empty())) {
      fault("a poll is answered with " + std::to_string(head.status));
    }
    return !request.bodiless;
  }

  void on_body(std::string_view bytes) override { body_ += bytes; }

  void on_answer() override {
    if (over_) return;
    // A body that ends with its connection cannot be told from one that was cut.
    const bool maybe_cut = !head_.has("content-length") && !head_.has("transfer-encoding") && head_.status == 200;
    const Outstanding request = std::move(outstanding_.front());
    outstanding_.pop_front();
    const bool last = head_.closes();
    answered_ = client_.clock().steady();
    if (!request.other) hear(request, maybe_cut);
    if (last) over_ = true;
    if (successor_ && outstanding_.empty()) {
      begun_ = true;
      answers_.stop();
    }
    Random& random = client_.random();
    next_ = client_.clock().steady() + std::chrono::microseconds(held_ || more_ ? 0 : random.skewed(20'000));
  }

  void hear(const Outstanding& request, bool maybe_cut) {
    Witness& witness = client_.witness();
    const bool asked_last = request.ask.head == client_.host().head();
    if (head_.status == 304) {
      if (head_.field("etag") != request.validator) return fault("304 with another ETag");
      level_ = witness.unchanged(request.ask) && client_.settling() && asked_last;
      return;
    }
    const Json answer = Json::parse(body_, nullptr, false);
    if (!answer.is_object() && maybe_cut) return;
    const auto cursor = answer.is_object() ? cursor_member(answer, "cursor") : std::nullopt;
    if (!cursor || !answer.contains("events")) return fault("a poll's answer is " + body_.substr(0, 200));
    const Json& items = answer["events"];
    more_ = answer.value("more", false);
    const std::string resume = answer.value("resume", "");
    witness.answer(request.ask, resume);
    for (const Json& item : items) {
      if (client_.failed()) return;
      if (!item.contains("control")) witness.event(told_event(item));
      else if (!hear_control(item, witness)) fault("an answer holds " + item.dump());
    }
    witness.answer_end(request.ask, *cursor, more_);
    if (!held_ && head_.has("content-length") && !head_.has("etag")) return fault("a poll without an ETag");
    const auto waited = client_.clock().steady() - request.ask.at;
    if (held_ && items.empty() && resume == "ok" && waited < request.wait && !client_.server_ends()) {
      return fault("a long-poll had nothing to say and said it early");
    }
    unchanged_.reset();
    const bool own = request.ask.from == Ask::From::cursor && request.ask.own;
    if (own && items.empty() && resume == "ok" && head_.has("etag")) {
      unchanged_ = Empty{request.ask, query_, fields_, request.target, head_.field("etag")};
      if (outstanding_.empty()) level_ = client_.settling() && asked_last && !more_;
      else unchanged_.reset();  // query_ is a later request's
    }
  }

  const bool held_;
  const bool http10_;
  bool level_ = false;
  bool more_ = false;
  Steady next_{};
  Steady answered_{};
  std::deque<Outstanding> outstanding_;
  AnswerReader::Head head_;
  std::string body_;
  std::string query_;  // of the last request, without wait_ms
  std::string fields_;
  std::optional<Empty> unchanged_;
};

}  // namespace

std::unique_ptr<Conversation> make_polling(ModelClient& client, std::shared_ptr<Link> link, bool held) {
  return std::make_unique<Polling>(client, std::move(link), held);
}

}  // namespace pushwire::simulation
