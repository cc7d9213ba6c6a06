// A client of the WebSocket transport: masks what it says, checks what it hears (RFC 6455).
#include <deque>
#include <utility>

#include "simulation/conversation.hpp"
#include "simulation/model_client.hpp"

namespace pushwire::simulation {

namespace {

enum Opcode : unsigned { kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };

class WebSocket final : public Conversation {
 public:
  using Conversation::Conversation;

  void open() override {
    Random& random = client_.random();
    ask_ = client_.ask(true);
    opened_at_ = client_.clock().steady();
    joins_ = true;
    greeted_again_ = !client_.session.empty() && random.one_in(2);
    with_time_ = random.one_in(4);
    AskText text = ask_text(ask_, random);
    if (with_time_) text.query += std::string(text.query.empty() ? "?" : "&") + "at=1";
    wish_for_heartbeat(text.query);
    std::string protocols = "Sec-WebSocket-Protocol: pushwire.1";
    if (greeted_again_) protocols += ", pushwire.session." + client_.session;
    link_->send(request_line("websocket", text.query, false) + text.fields +
                "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                protocols + "\r\n\r\n");
  }

  void act(bool wrong) override {
    if (!streaming_ || said_bye_ || closing_) return;
    if (wrong) return misbehave();
    Random& random = client_.random();
    switch (random.below(client_.settling() ? 3 : 7)) {
      case 0: {
        std::string payload(random.below(20), 'p');
        tell(kPing, payload);
        pongs_.push_back(std::move(payload));
        return;
      }
      case 1: return tell(kText, R"({"control":"ping"})");
      case 2: {
        const std::uint64_t id = random.between(1, 1000);
        replies_.push_back(id);
        return tell(kText, R"({"request":"nobody","id":)" + std::to_string(id) + R"(,"data":null})");
      }
      case 3:
        if (!random.one_in(6)) return;
        closing_ = may_end_ = true;
        return tell(kClose, std::string("\x03\xE8", 2));
      default: return widen();
    }
  }

  bool level() const override { return streaming_ && asked_.empty() && pongs_.empty() && replies_.empty(); }

 private:
  struct Asked {
    Patterns events;
    Patterns fresh;
    std::uint64_t step;
  };

  void tell(unsigned opcode, const std::string& payload) {
    Random& random = client_.random();
    const bool cut = opcode < kClose && payload.size() > 2 && random.one_in(4);
    const std::size_t first = cut ? random.between(0, payload.size()) : payload.size();
    frame(opcode, payload.substr(0, first), !cut);
    if (cut) frame(kContinuation, payload.substr(first), true);
  }

  void frame(unsigned opcode, std::string payload, bool last, bool masked = true) {
    std::string bytes(1, static_cast<char>((last ? 0x80u : 0u) | opcode));
    const std::size_t size = payload.size();
    const unsigned mask_bit = masked ? 0x80u : 0u;
    if (size < 126) {
      bytes += static_cast<char>(mask_bit | size);
    } else {
      bytes += static_cast<char>(mask_bit | (size < 65536 ? 126u : 127u));
      for (int shift = size < 65536 ? 8 : 56; shift >= 0; shift -= 8) bytes += static_cast<char>(size >> shift);
    }
    if (masked) {
      char mask[4];
      for (char& c : mask) c = static_cast<char>(client_.random().next());
      bytes.append(mask, 4);
      for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
    }
    link_->send(bytes + payload);
  }

  void widen() {
    Asked asked;
    asked.events = client_.some_patterns();
    if (asked.events.empty()) asked.events = {"*"};
    asked.fresh = client_.witness().lacking(asked.events, !client_.random().one_in(4));
    asked.step = client_.step();
    Json said{{"subscribe", asked.events}};
    if (!asked.fresh.empty()) said["fresh"] = asked.fresh;
    tell(kText, said.dump());
    asked_.push_back(std::move(asked));
  }

  void misbehave() {
    Random& random = client_.random();
    switch (random.below(6)) {
      case 0: replies_.push_back(std::nullopt); return tell(kText, "{]");
      case 1: replies_.push_back(std::nullopt); return tell(kText, R"({"subscribe":["not a name"]})");
      case 2: replies_.push_back(std::nullopt); return tell(kBinary, std::string("\0\n\xFF", 3));
      case 3: may_end_ = true; return frame(kText, "unmasked", true, false);
      case 4: may_end_ = true; return frame(3, "reserved", true);
      default: may_end_ = true; return tell(kText, std::string(70'000, '1'));
    }
  }

  bool on_head(const AnswerReader::Head& head) override {
    if (turned_away(head)) return true;
    if (head.status != 101 || head.field("sec-websocket-accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" ||
        head.field("sec-websocket-protocol") != "pushwire.1") {
      fault("a handshake is answered with " + std::to_string(head.status));
    }
    return true;
  }
  void on_body(std::string_view) override {}
  void on_answer() override {}

  void on_upgraded(std::string_view bytes) override {
    buffer_ += bytes;
    std::size_t at = 0;
    while (!over_ && !client_.failed() && hear_frame(at)) {
    }
    buffer_.erase(0, at);
  }

  // One whole frame from `at` on; false: there is none yet.
  bool hear_frame(std::size_t& at) {
    const std::string_view rest = std::string_view(buffer_).substr(at);
    if (rest.size() < 2) return false;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
    if ((byte(0) & 0xF0) != 0x80 || (byte(1) & 0x80) != 0) return fault("not a frame that a server may send"), false;
    const unsigned opcode = byte(0) & 0x0Fu;
    std::size_t size = byte(1);
    std::size_t head = 2;
    if (size >= 126) {
      head = size == 126 ? 4 : 10;
      if (rest.size() < head) return false;
      size = 0;
      for (std::size_t i = 2; i < head; ++i) size = size << 8 | byte(i);
      if (size < 126 || (head == 10 && size < 65536))
        return fault("a frame with a length in a longer form than it needs"), false;
    }
    if (rest.size() < head + size) return false;
    const std::string payload(rest.substr(head, size));
    at += head + size;
    hear(opcode, payload);
    return true;
  }

  void hear(unsigned opcode, const std::string& payload) {
    if (closed_) return fault("a frame behind close");
    if (opcode == kClose) {
      closed_ = true;
      if (!said_bye_ && !closing_) fault("closed without bye");
      if (said_bye_ && payload.substr(0, 2) != "\x03\xF4") fault("bye is not closed with 1012");
      if (!closing_ && !client_.random().one_in(4)) tell(kClose, payload.substr(0, 2));
      closing_ = true;
    } else if (opcode == kPong) {
      if (pongs_.empty() || pongs_.front() != payload) return fault("a pong that answers nothing");
      pongs_.pop_front();
    } else if (opcode == kText) {
      const Json said = Json::parse(payload, nullptr, false);
      if (!said.is_object()) return fault("a text that is no object");
      hear_text(said);
    } else if (opcode == kBinary) {
      const std::size_t head = std::min(payload.find('\n'), payload.size());
      const Json item = Json::parse(payload.substr(0, head), nullptr, false);
      if (!item.is_object()) return fault("a binary frame without its head");
      const std::string bytes = payload.substr(std::min(head + 1, payload.size()));
      hear_event(item, &bytes);
    } else {
      fault("a frame of kind " + std::to_string(opcode));
    }
  }

  void hear_event(const Json& item, const std::string* bytes) {
    if (!streaming_) return fault("an event before hello");
    const Told told = told_event(item, bytes);
    if (with_time_ != told.at_ms.has_value()) return fault("an event with the wrong members");
    client_.witness().event(told);
  }

  void hear_text(const Json& said) {
    if (said.contains("event")) return hear_event(said, nullptr);
    if (said.contains("reply")) return hear_reply(said);
    const std::string kind = said.value("control", "");
    if (kind == "hello") return hear_hello(said);
    if (!streaming_) return fault(kind + " before hello");
    if (kind == "subscribed") return hear_subscribed(said);
    if (kind == "bye") hear_bye();
    if (!hear_control(said, client_.witness())) fault("a WebSocket says " + kind);
  }

  void hear_reply(const Json& said) {
    if (replies_.empty()) return fault("a reply to nothing");
    const Json expected = replies_.front() ? Json(*replies_.front()) : Json(nullptr);
    if (said["reply"] != expected || !said.contains("error")) fault("a wrong reply: " + said.dump());
    replies_.pop_front();
  }

  void hear_subscribed(const Json& said) {
    const auto cursor = cursor_member(said, "cursor");
    if (asked_.empty() || !cursor) return fault("subscribed, unasked or without a cursor");
    const Asked asked = std::move(asked_.front());
    asked_.pop_front();
    client_.witness().subscribed(strings_member(said, "events"), *cursor, asked.events, asked.fresh, asked.step);
  }

  bool with_time_ = false;
  bool closing_ = false;  // this end has said close
  bool closed_ = false;   // the other has
  std::string buffer_;
  std::deque<std::string> pongs_;
  std::deque<std::optional<std::uint64_t>> replies_;
  std::deque<Asked> asked_;
};

}  // namespace

std::unique_ptr<Conversation> make_web_socket(ModelClient& client, std::shared_ptr<Link> link) {
  return std::make_unique<WebSocket>(client, std::move(link));
}

}  // namespace pushwire::simulation
