#include "websocket_transport.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <websocketpp/close.hpp>
#include <websocketpp/extensions/permessage_deflate/disabled.hpp>
#include <websocketpp/frame.hpp>
#include <websocketpp/http/request.hpp>
#include <websocketpp/http/response.hpp>
#include <websocketpp/message_buffer/alloc.hpp>
#include <websocketpp/message_buffer/message.hpp>
#include <websocketpp/processors/hybi13.hpp>
#include <websocketpp/random/none.hpp>

#include "handshake.hpp"

namespace pushwire {
namespace {

namespace close_status = websocketpp::close::status;
namespace frame = websocketpp::frame;
using CloseCode = close_status::value;

// Fragments of one message. Without a limit a client keeps a message open for good with empty ones.
constexpr std::size_t kMaxFragments = 1024;

// What websocketpp's processor needs of a configuration; the parts for sockets, timers and logs are left out.
struct Config {
  using request_type = websocketpp::http::parser::request;
  using response_type = websocketpp::http::parser::response;
  using message_type = websocketpp::message_buffer::message<websocketpp::message_buffer::alloc::con_msg_manager>;
  using con_msg_manager_type = websocketpp::message_buffer::alloc::con_msg_manager<message_type>;
  using rng_type = websocketpp::random::none::int_generator<std::uint32_t>;  // a server masks nothing
  struct permessage_deflate_config {
    using request_type = websocketpp::http::parser::request;
  };
  using permessage_deflate_type = websocketpp::extensions::permessage_deflate::disabled<permessage_deflate_config>;
  static constexpr std::size_t max_message_size = 0;  // set for each processor
  static constexpr bool enable_extensions = false;    // inflating has no bound in websocketpp
};

using Messages = Config::con_msg_manager_type;  // makes empty messages; has no state, so all threads share one

// Reads one client's frames, a step at a time, so that what a header announces is judged before anything follows it.
class FrameReader final : private websocketpp::processor::hybi13<Config> {
  using Base = websocketpp::processor::hybi13<Config>;

 public:
  using Base::get_message;
  using Base::ready;

  FrameReader(const std::shared_ptr<Messages>& messages, std::size_t message_bytes)
      : Base(/*secure=*/false, /*p_is_server=*/true, messages, random_), message_bytes_(message_bytes) {
    set_max_message_size(message_bytes);
  }

  // The Sec-WebSocket-Accept that answers `key`.
  std::string accept(std::string key) const {
    process_handshake_key(key);
    return key;
  }

  // Takes bytes up to the end of a message, unmasking them where they are, and returns how many. Sets `fault` to the
  // code that the conversation has to end with; the reader is of no use after that.
  std::size_t take(std::uint8_t* bytes, std::size_t size, CloseCode& fault) noexcept {
    std::size_t taken = 0;
    try {
      while (taken < size && !ready() && fault == close_status::blank) {
        const std::size_t step = std::min(m_bytes_needed, size - taken);
        taken += step;
        fault = take_step(bytes + taken - step, step);
      }
    } catch (...) {
      fault = close_status::internal_endpoint_error;
    }
    return taken;
  }

  // Between two messages and two frames: there is nothing to remember.
  bool at_rest() const noexcept {
    return m_state == HEADER_BASIC && m_bytes_needed == frame::BASIC_HEADER_LENGTH && !m_data_msg.msg_ptr;
  }

 private:
  // `size` is not above what the field that is being read still needs.
  CloseCode take_step(std::uint8_t* bytes, std::size_t size) {
    const bool in_header = m_state == HEADER_EXTENDED;
    const bool is_data = !frame::opcode::is_control(frame::get_opcode(m_basic_header));
    websocketpp::lib::error_code error;
    consume(bytes, size, error);
    if (error) return close_code(error);
    if (in_header && m_state != HEADER_EXTENDED && is_data) {
      if (++fragments_ > kMaxFragments) return close_status::policy_violation;
      // The processor adds the length of a continuation to what it has before it compares, and the sum can wrap to
      // something small: 2^64-1 would let a message go on for good.
      if (m_state == APPLICATION && m_bytes_needed > message_bytes_) return close_status::message_too_big;
    }
    if (ready() && m_current_msg == &m_data_msg) {
      fragments_ = 0;
      // The processor looks for a character that is cut off only where the last frame is the first one.
      if (m_data_msg.msg_ptr->get_opcode() == frame::opcode::text && !m_data_msg.validator.complete()) {
        return close_status::invalid_payload;
      }
    }
    return close_status::blank;
  }

  static CloseCode close_code(const websocketpp::lib::error_code& error) {
    namespace fault = websocketpp::processor::error;
    if (error == fault::make_error_code(fault::non_minimal_encoding)) return close_status::protocol_error;
    const CloseCode code = fault::to_ws(error);
    return code == close_status::blank ? close_status::internal_endpoint_error : code;
  }

  Config::rng_type random_;
  const std::size_t message_bytes_;
  std::size_t fragments_ = 0;
};

std::size_t header_size(std::size_t payload) noexcept {
  if (payload <= frame::limits::payload_size_basic) return 2;
  return payload <= frame::limits::payload_size_extended ? 4 : 10;
}

// Appends one unmasked frame whose payload `write` appends. `expected` guesses the payload's size: where it leads to
// the right size of header, nothing has to be moved.
template <class Write>
void append_frame(frame::opcode::value opcode, std::size_t expected, std::string& out, Write&& write) {
  const std::size_t begin = out.size();
  const std::size_t room = header_size(expected);
  out.append(room, '\0');
  write();
  const std::size_t size = out.size() - begin - room;
  const frame::basic_header basic(opcode, size, /*fin=*/true, /*mask=*/false);
  out.replace(begin, room, frame::prepare_header(basic, frame::extended_header(size)));
}

template <class Said>
void append_text(const Said& said, std::size_t expected, std::string& out) {
  append_frame(frame::opcode::text, expected, out, [&] { append_json(said, out); });
}

// `reason`: at most 123 bytes.
void append_close(CloseCode code, std::string_view reason, std::string& out) {
  append_frame(frame::opcode::close, 2 + reason.size(), out, [&] {
    if (code == close_status::no_status) return;
    out += static_cast<char>(code >> 8);
    out += static_cast<char>(code & 0xFF);
    out += reason;
  });
}

void append_bye(Control::Reason reason, std::string& out) {
  switch (reason) {
    case Control::Reason::shutdown: return append_close(close_status::service_restart, "shutdown", out);
    case Control::Reason::idle: return append_close(close_status::going_away, "idle", out);
    case Control::Reason::too_slow: return append_close(close_status::try_again_later, "too-slow", out);
    case Control::Reason::policy: return append_close(close_status::policy_violation, "policy", out);
  }
}

std::string_view sentence(CloseCode fault) noexcept {
  switch (fault) {
    case close_status::protocol_error: return "not a frame of RFC 6455";
    case close_status::invalid_payload: return "text is not UTF-8";
    case close_status::policy_violation: return "too many fragments";
    case close_status::message_too_big: return "message too big";
    default: return "internal error";
  }
}

class WebSocketConversation final : public Conversation {
 public:
  WebSocketConversation(std::shared_ptr<Messages> messages, std::size_t message_bytes) noexcept
      : messages_(std::move(messages)), message_bytes_(message_bytes) {}

  void control(const Control& control, std::string& out) override {
    if (close_sent_) return;
    constexpr std::size_t kExpected = 200;
    append_text(control, kExpected, out);
    if (control.kind != Control::Kind::bye) return;
    append_bye(control.reason, out);
    close_sent_ = true;
  }

  void reply(const ReplyFrame& reply, std::string& out) override {
    if (close_sent_) return;
    constexpr std::size_t kAround = 80;
    append_text(reply, kAround + reply.data.size() + reply.error_message.size(), out);
  }

  Verdict receive(char* bytes, std::size_t size, Inbox& inbox, std::string& out) override {
    if (over_) return Verdict::close_after_flush;
    if (!reader_) reader_ = std::make_unique<FrameReader>(messages_, message_bytes_);
    auto* place = reinterpret_cast<std::uint8_t*>(bytes);
    while (size > 0) {
      CloseCode fault = close_status::blank;
      const std::size_t taken = reader_->take(place, size, fault);
      if (fault != close_status::blank) return end(fault, sentence(fault), out);
      place += taken;
      size -= taken;
      if (!reader_->ready()) continue;
      if (const Verdict verdict = hear(*reader_->get_message(), inbox, out); verdict != Verdict::go_on) return verdict;
    }
    if (reader_->at_rest()) reader_.reset();
    return Verdict::go_on;
  }

 private:
  // One whole message or control frame. Once we have said goodbye only the client's own goodbye counts.
  Verdict hear(Config::message_type& message, Inbox& inbox, std::string& out) {
    const std::string& payload = message.get_payload();
    const frame::opcode::value opcode = message.get_opcode();
    if (opcode == frame::opcode::close) return hear_close(payload, out);
    if (close_sent_) return Verdict::go_on;
    if (opcode == frame::opcode::text) {
      inbox.frame(payload);
    } else if (opcode == frame::opcode::binary) {
      const std::string_view whole = payload;
      const std::size_t head = std::min(whole.find('\n'), whole.size());
      inbox.frame(whole.substr(0, head), whole.substr(std::min(head + 1, whole.size())));
    } else if (opcode == frame::opcode::ping) {
      append_frame(frame::opcode::pong, payload.size(), out, [&] { out += payload; });
    }
    return Verdict::go_on;
  }

  Verdict hear_close(const std::string& payload, std::string& out) {
    websocketpp::lib::error_code error;
    const CloseCode code = websocketpp::close::extract_code(payload, error);
    if (error) return end(close_status::protocol_error, "not a close code", out);
    websocketpp::close::extract_reason(payload, error);
    if (error) return end(close_status::invalid_payload, "close reason is not UTF-8", out);
    return end(code, {}, out);
  }

  // At most one close frame leaves, and nothing behind it (RFC 6455 section 5.5.1).
  Verdict end(CloseCode code, std::string_view reason, std::string& out) {
    if (!close_sent_) append_close(code, reason, out);
    close_sent_ = true;
    over_ = true;
    reader_.reset();
    return Verdict::close_after_flush;
  }

  const std::shared_ptr<Messages> messages_;
  const std::size_t message_bytes_;
  std::unique_ptr<FrameReader> reader_;  // only while something of the client's is unfinished
  bool close_sent_ = false;
  bool over_ = false;
};

class WebSocketTransport final : public Transport {
 public:
  explicit WebSocketTransport(std::size_t message_bytes)
      : messages_(std::make_shared<Messages>()), message_bytes_(message_bytes) {}

  std::string_view name() const noexcept override { return "websocket"; }

  Traits traits() const noexcept override {
    Traits traits;
    traits.delivery = Delivery::streaming;
    traits.bidirectional = true;
    traits.binary = true;
    return traits;
  }

  std::unique_ptr<Conversation> open(const Request& request, Head& answer) const override {
    const std::string_view key = websocket::checked_key(request);
    answer.status = 101;
    answer.add("Upgrade", "websocket");
    answer.add("Connection", "Upgrade");
    answer.add("Sec-WebSocket-Accept", FrameReader(messages_, message_bytes_).accept(std::string(key)));
    // A browser gives up where a protocol is selected that it has not offered; `pushwire.session.…` never is one.
    if (websocket::offers(request, websocket::kProtocol)) answer.add("Sec-WebSocket-Protocol", websocket::kProtocol);
    return std::make_unique<WebSocketConversation>(messages_, message_bytes_);
  }

  void encode(const Event& event, const Encoding& encoding, std::string& out) const override {
    constexpr std::size_t kAround = 70;  // id, names and braces
    const std::size_t expected = kAround + event.type.size() + event.key.size() + event.payload.size();
    if (event.format == Event::Payload::bytes && !event.removed) {
      append_frame(frame::opcode::binary, expected, out, [&] {
        append_json_head(event, encoding, out);
        out += '\n';
        out += event.payload;
      });
    } else {
      append_frame(frame::opcode::text, expected, out, [&] { append_json(event, encoding, out); });
    }
  }

 private:
  const std::shared_ptr<Messages> messages_;
  const std::size_t message_bytes_;
};

}  // namespace

std::unique_ptr<Transport> make_websocket_transport(const Limits& limits) {
  return std::make_unique<WebSocketTransport>(limits.message_bytes);
}

}  // namespace pushwire
