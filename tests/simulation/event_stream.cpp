// A client of server-sent events over HTTP/1.1 chunks, or over an HTTP/1.0 answer that ends with its connection.
#include <utility>

#include "simulation/conversation.hpp"
#include "simulation/model_client.hpp"

namespace pushwire::simulation {

namespace {

class EventStream final : public Conversation {
 public:
  using Conversation::Conversation;

  void open() override {
    Random& random = client_.random();
    ask_ = client_.ask(true);
    const bool http10 = random.one_in(6);
    envelope_ = random.one_in(3);
    with_time_ = envelope_ && random.one_in(2);
    opened_at_ = client_.clock().steady();
    greeted_again_ = !client_.session.empty() && random.one_in(2);
    AskText text = ask_text(ask_, random);
    const auto add = [&](const char* parameter) {
      text.query += (text.query.empty() ? "?" : "&") + std::string(parameter);
    };
    if (envelope_) add("envelope=1");
    if (with_time_) add("at=1");
    wish_for_heartbeat(text.query);
    link_->send(request_line("sse", text.query, http10) + text.fields + session_field() + "\r\n");
  }

  void act(bool wrong) override {
    if (!wrong) return;
    may_end_ = true;  // what stands behind an answer without an end is never read
    link_->send(std::string(client_.random().skewed(30'000), 'x'));
  }

  bool level() const override { return streaming_; }

 private:
  bool on_head(const AnswerReader::Head& head) override {
    if (turned_away(head)) return true;
    if (head.status != 200 || head.field("content-type") != "text/event-stream") {
      fault("an event stream is answered with " + std::to_string(head.status));
      return true;
    }
    chunked_ = head.has("transfer-encoding");
    full_ = head.has("content-length");
    return true;
  }

  void on_answer() override {
    if (said_bye_ || !chunked_ || over_) return;
    fault("an event stream ends without bye");
  }

  void on_body(std::string_view bytes) override {
    for (const char c : bytes) {
      if (client_.failed()) return;
      const bool second_half = c == '\n' && carriage_return_;
      carriage_return_ = c == '\r';
      if (second_half) continue;
      if (c != '\n' && c != '\r') {
        line_ += c;
        continue;
      }
      if (line_.empty()) dispatch();
      else take_line();
      line_.clear();
    }
  }

  void take_line() {
    const std::size_t colon = line_.find(':');
    const std::string field = line_.substr(0, colon);
    std::string value = colon == std::string::npos ? std::string() : line_.substr(colon + 1);
    if (!value.empty() && value.front() == ' ') value.erase(0, 1);
    if (field == "data") {
      data_ += value + '\n';
      has_data_ = true;
    } else if (field == "event") {
      event_ = std::move(value);
    } else if (field == "id") {
      id_ = std::move(value);
    } else if (field != "retry" && !field.empty()) {
      fault("an event stream has the field " + field);
    }
  }

  void dispatch() {
    const std::string event = std::exchange(event_, {});
    std::string data = std::exchange(data_, {});
    const std::optional<std::string> id = std::exchange(id_, std::nullopt);
    if (!std::exchange(has_data_, false)) return;
    data.pop_back();
    std::optional<Cursor> cursor;
    if (id && !(cursor = Cursor::parse(*id))) return fault("an event stream's id is " + *id);
    constexpr std::string_view kOurs = "pushwire.";
    if (event.compare(0, kOurs.size(), kOurs) == 0) return hear(event.substr(kOurs.size()), data, cursor);
    if (!streaming_) return fault("an event before hello");
    hear_event(event, data, cursor);
  }

  void hear(const std::string& kind, const std::string& data, const std::optional<Cursor>& id) {
    const Json control = Json::parse(data, nullptr, false);
    if (!control.is_object() || control.value("control", "") != kind) return fault("a control that is none: " + data);
    if (kind != "gap" && cursor_member(control, "cursor") != id) return fault("the id of a control is not its cursor");
    if (kind == "gap" && id) return fault("a gap has an id");
    if (kind == "hello") return hear_hello(control);
    if (kind == "bye") hear_bye();
    if (!streaming_) {
      // There was no room: told so in the one way that an EventSource takes.
      if (kind != "bye" || !full_ || !client_.settings().crowded) fault(kind + " before hello");
      return;
    }
    if (!hear_control(control, client_.witness())) fault("an event stream says " + kind);
  }

  void hear_event(const std::string& event, const std::string& data, const std::optional<Cursor>& id) {
    const Json payload = Json::parse(data, nullptr, false);
    if (payload.is_discarded() && !data.empty()) return fault("the data of " + event + " are not JSON");
    Told told;
    if (envelope_) {
      told = told_event(payload);
      if (told.snapshot ? id.has_value() : id != told.id) return fault("the id of " + event + " is not its envelope's");
      if (with_time_ != told.at_ms.has_value()) return fault("an envelope with the wrong members");
    } else {
      told.id = id;
      told.type = event;
      told.snapshot = !id;
      const auto type = client_.host().type(event);
      const bool bytes = type && client_.host().types()[*type].format == Event::Payload::bytes;
      told.canonical = bytes && payload.is_string() ? decode_base64(payload.get<std::string>()) : payload.dump();
    }
    if (told.type != event) return fault("the event's name is not its envelope's");
    client_.witness().event(told);
  }

  bool envelope_ = false;
  bool with_time_ = false;
  bool chunked_ = false;
  bool full_ = false;
  std::string line_;
  bool carriage_return_ = false;
  std::string event_;
  std::string data_;
  bool has_data_ = false;
  std::optional<std::string> id_;
};

}  // namespace

std::unique_ptr<Conversation> make_event_stream(ModelClient& client, std::shared_ptr<Link> link) {
  return std::make_unique<EventStream>(client, std::move(link));
}

}  // namespace pushwire::simulation
