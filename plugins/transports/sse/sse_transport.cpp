#include "sse_transport.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>

#include "pushwire/codec.hpp"

namespace pushwire {
namespace {

// How long an EventSource waits before it comes back, until a bye says otherwise. Browsers' own defaults differ.
constexpr std::uint32_t kRetryMs = 2000;

void append_retry(std::uint32_t ms, std::string& out) {
  char text[16];
  out += "retry: ";
  out.append(text, std::to_chars(text, text + sizeof text, ms).ptr);
  out += '\n';
}

void append_id(const Cursor& cursor, std::string& out) {
  out += "id: ";
  cursor.append_to(out);
  out += '\n';
}

// CR, LF and CRLF all end a line of the stream, so each begins another `data:` line: a payload cannot forge a field.
// Looks for either kind of line end only once per occurrence, so that time is linear whatever the payload holds.
void append_data(std::string_view text, std::string& out) {
  std::size_t line_feed = text.find('\n');
  std::size_t carriage_return = text.find('\r');
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = std::min(line_feed, carriage_return);
    out += "data: ";
    out.append(text, begin, end == std::string_view::npos ? end : end - begin);
    out += '\n';
    if (end == std::string_view::npos) return;
    begin = end + 1;
    if (end == carriage_return) {
      if (line_feed == end + 1) begin = end + 2;
      carriage_return = text.find('\r', begin);
    }
    if (line_feed < begin) line_feed = text.find('\n', begin);
  }
}

// As append_data, of the text that `write` appends. Only JSON that the host formatted over several lines is moved.
template <class Write>
void append_data_of(Write&& write, std::string& out) {
  const std::size_t begin = out.size();
  out += "data: ";
  const std::size_t text = out.size();
  write();
  const std::string_view written = std::string_view(out).substr(text);
  if (written.find('\n') == std::string_view::npos && written.find('\r') == std::string_view::npos) {
    out += '\n';
  } else {
    const std::string copy(written);
    out.resize(begin);
    append_data(copy, out);
  }
}

class SseConversation final : public Conversation {
 public:
  void control(const Control& control, std::string& out) override {
    // The comment makes the first byte come at once and be seen by whatever stands between.
    if (control.kind == Control::Kind::hello) {
      out += ": pushwire\n";
      append_retry(kRetryMs, out);
    }
    if (control.kind == Control::Kind::bye) append_retry(control.after_ms, out);
    // A gap's cursor would let the client skip what it still has to read.
    if (control.cursor && control.kind != Control::Kind::gap) append_id(*control.cursor, out);
    out += "event: pushwire.";
    out += to_string(control.kind);
    out += '\n';
    append_data_of([&] { append_json(control, out); }, out);
    out += '\n';
  }
};

class SseTransport final : public Transport {
 public:
  std::string_view name() const noexcept override { return "sse"; }

  Traits traits() const noexcept override {
    Traits traits;
    traits.delivery = Delivery::streaming;
    traits.media_type = "text/event-stream";
    return traits;
  }

  std::unique_ptr<Conversation> open(const Request& /*request*/, Head& answer) const override {
    answer.add("X-Accel-Buffering", "no");  // nginx would collect the stream
    return std::make_unique<SseConversation>();
  }

  void encode(const Event& event, const Encoding& encoding, std::string& out) const override {
    // A snapshot's items do not move the cursor: cut in the middle, the client is still a newcomer.
    if (!encoding.snapshot) append_id(event.id, out);
    out += "event: ";
    out += event.type;
    out += '\n';
    append_payload(event, encoding, out);
    out += '\n';
  }

 private:
  static void append_payload(const Event& event, const Encoding& encoding, std::string& out) {
    if (encoding.envelope) {
      append_data_of([&] { append_json(event, encoding, out); }, out);
    } else if (event.removed) {
      out += "data: null\n";
    } else if (event.format == Event::Payload::bytes) {
      out += "data: \"";
      append_base64(event.payload, out);
      out += "\"\n";
    } else {
      append_data(event.payload, out);
    }
  }
};

}  // namespace

std::unique_ptr<Transport> make_sse_transport(const Limits&) { return std::make_unique<SseTransport>(); }

}  // namespace pushwire
