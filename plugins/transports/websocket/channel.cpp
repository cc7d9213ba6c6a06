#include "channel.hpp"

#include <algorithm>
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

namespace pushwire::websocket {

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

namespace {

namespace close_status = websocketpp::close::status;
namespace frame = websocketpp::frame;
using Code = close_status::value;

// Fragments of one message. Without a limit a client keeps a message open for good with empty ones.
constexpr std::size_t kFewFragments = 1024;
constexpr std::size_t kBytesPerFragment = 64;

std::size_t header_size(std::size_t payload) noexcept {
  if (payload <= frame::limits::payload_size_basic) return 2;
  return payload <= frame::limits::payload_size_extended ? 4 : 10;
}

std::string_view sentence(Code fault) noexcept {
  switch (fault) {
    case close_status::protocol_error: return "not a frame of RFC 6455";
    case close_status::invalid_payload: return "text is not UTF-8";
    case close_status::policy_violation: return "too many fragments";
    case close_status::message_too_big: return "message too big";
    default: return "internal error";
  }
}

void append_close(Code code, std::string_view reason, std::string& out) {
  FrameWriter frame(Opcode::close, 2 + reason.size(), out);
  if (code != close_status::no_status) {
    out += static_cast<char>(code >> 8);
    out += static_cast<char>(code & 0xFF);
    out += reason;
  }
  frame.end();
}

}  // namespace

class Channels {
 public:
  explicit Channels(std::size_t limit)
      : messages(std::make_shared<Messages>()),
        message_bytes(limit),
        fragments(std::max(kFewFragments, limit / kBytesPerFragment)) {}

  const std::shared_ptr<Messages> messages;
  const std::size_t message_bytes;
  const std::size_t fragments;
};

std::shared_ptr<const Channels> make_channels(std::size_t message_bytes) {
  return std::make_shared<const Channels>(message_bytes);
}

FrameWriter::FrameWriter(Opcode opcode, std::size_t expected, std::string& out)
    : opcode_(opcode), out_(out), begin_(out.size()), room_(header_size(expected)) {
  out_.append(room_, '\0');
}

void FrameWriter::end() {
  const std::size_t size = out_.size() - begin_ - room_;
  const frame::basic_header basic(static_cast<frame::opcode::value>(opcode_), size, /*fin=*/true, /*mask=*/false);
  out_.replace(begin_, room_, frame::prepare_header(basic, frame::extended_header(size)));
}

// Reads one client's frames, a step at a time, so that what a header announces is judged before anything follows it.
class Channel::Reader final : private websocketpp::processor::hybi13<Config> {
  using Base = websocketpp::processor::hybi13<Config>;

 public:
  using Base::get_message;
  using Base::ready;

  explicit Reader(const Channels& shared)
      : Base(/*secure=*/false, /*p_is_server=*/true, shared.messages, random_), shared_(shared) {
    set_max_message_size(shared.message_bytes);
  }

  // Takes bytes up to the end of a message, unmasking them where they are, and returns how many. Sets `fault` to the
  // code that the conversation has to end with; the reader is of no use after that.
  std::size_t take(std::uint8_t* bytes, std::size_t size, Code& fault) noexcept {
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
  Code take_step(std::uint8_t* bytes, std::size_t size) {
    const bool in_header = m_state == HEADER_EXTENDED;
    const bool is_data = !frame::opcode::is_control(frame::get_opcode(m_basic_header));
    websocketpp::lib::error_code error;
    consume(bytes, size, error);
    if (error) return close_code(error);
    if (in_header && m_state != HEADER_EXTENDED && is_data) {
      if (++fragments_ > shared_.fragments) return close_status::policy_violation;
      // The processor adds the length of a continuation to what it has before it compares, and the sum can wrap to
      // something small: 2^64-1 would let a message go on for good.
      if (m_state == APPLICATION && m_bytes_needed > shared_.message_bytes) return close_status::message_too_big;
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

  static Code close_code(const websocketpp::lib::error_code& error) {
    namespace fault = websocketpp::processor::error;
    if (error == fault::make_error_code(fault::non_minimal_encoding)) return close_status::protocol_error;
    const Code code = fault::to_ws(error);
    return code == close_status::blank ? close_status::internal_endpoint_error : code;
  }

  Config::rng_type random_;
  const Channels& shared_;
  std::size_t fragments_ = 0;
};

Channel::Channel(std::shared_ptr<const Channels> shared) noexcept : shared_(std::move(shared)) {}

Channel::~Channel() = default;

Verdict Channel::receive(char* bytes, std::size_t size, Receiver& receiver, std::string& out) {
  if (over_) return Verdict::close_after_flush;
  if (!reader_) reader_ = std::make_unique<Reader>(*shared_);
  auto* place = reinterpret_cast<std::uint8_t*>(bytes);
  while (size > 0) {
    Code fault = close_status::blank;
    const std::size_t taken = reader_->take(place, size, fault);
    if (fault != close_status::blank) return fail(fault, sentence(fault), out);
    place += taken;
    size -= taken;
    if (!reader_->ready()) continue;
    const auto message = reader_->get_message();
    const frame::opcode::value opcode = message->get_opcode();
    if (opcode == frame::opcode::close) return hear_close(message->get_payload(), out);
    if (close_sent_) continue;
    if (opcode == frame::opcode::text || opcode == frame::opcode::binary) {
      receiver.message(static_cast<Opcode>(opcode), message->get_payload(), out);
    } else if (opcode == frame::opcode::ping) {
      FrameWriter pong(Opcode::pong, message->get_payload().size(), out);
      out += message->get_payload();
      pong.end();
    }
  }
  if (reader_->at_rest()) reader_.reset();
  return Verdict::go_on;
}

void Channel::close(CloseCode code, std::string_view reason, std::string& out) {
  if (close_sent_) return;
  append_close(static_cast<Code>(code), reason, out);
  close_sent_ = true;
}

Verdict Channel::hear_close(const std::string& payload, std::string& out) {
  websocketpp::lib::error_code error;
  const Code code = websocketpp::close::extract_code(payload, error);
  if (error) return fail(close_status::protocol_error, "not a close code", out);
  websocketpp::close::extract_reason(payload, error);
  if (error) return fail(close_status::invalid_payload, "close reason is not UTF-8", out);
  return end(code, {}, out);
}

Verdict Channel::fail(std::uint16_t code, std::string_view reason, std::string& out) {
  faulted_ = true;
  return end(code, reason, out);
}

// At most one close frame leaves, and nothing behind it (RFC 6455 section 5.5.1).
Verdict Channel::end(std::uint16_t code, std::string_view reason, std::string& out) {
  if (!close_sent_) append_close(code, reason, out);
  close_sent_ = true;
  over_ = true;
  reader_.reset();
  return Verdict::close_after_flush;
}

}  // namespace pushwire::websocket
