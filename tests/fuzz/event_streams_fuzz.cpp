// What a host emits, as server-sent events: whatever bytes an event has, a client of the WHATWG standard gets that event
// with them, and nothing else.
//
// An input's first three lines are what kind of event it is (letters, see below), its type and its key; the rest is its
// payload.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "log/subscription.hpp"
#include "plugins/event_stream_parser.hpp"
#include "plugins/sample_event.hpp"
#include "plugins/transports/sse/sse_transport.hpp"
#include "pushwire/codec.hpp"
#include "pushwire/json_value.hpp"
#include "pushwire/raw_json.hpp"

namespace {

using pushwire::Control;
using pushwire::Encoding;
using pushwire::Event;
using pushwire::EventStreamParser;
using pushwire::SampleEvent;
using pushwire::StreamMessage;
using pushwire::fuzz::check;

const pushwire::Transport& transport() {
  static const std::unique_ptr<pushwire::Transport> kTransport = pushwire::make_sse_transport();
  return *kTransport;
}

std::string encoded(const Event& event, const Encoding& encoding = {}) {
  std::string out;
  transport().encode(event, encoding, out);
  return out;
}

// The documented text of an event's payload.
std::string text_of(const Event& event, const Encoding& encoding) {
  std::string text;
  if (encoding.envelope) append_json(event, encoding, text);
  else if (event.removed) text = "null";
  else if (event.format == Event::Payload::json) text = event.payload;
  else return text += '"', pushwire::append_base64(event.payload, text), text += '"';
  return pushwire::with_line_feeds(text);
}

void judge_envelope(const Event& event, const std::string& text) {
  if (event.format == Event::Payload::json && !event.removed && !pushwire::is_json(event.payload)) return;
  constexpr std::size_t kDeep = 100;
  const auto document = pushwire::JsonDocument::parse(text, kDeep);
  check(document.has_value() || event.format == Event::Payload::json, "an envelope of bytes is JSON");
  if (!document) return;  // its payload nests deeper, or has a number beyond the doubles
  check(document->root().at("event").string() == event.type, "an envelope names its type");
  check(document->root().at("id").string() == event.id.text(), "an envelope has its id");
  if (event.format != Event::Payload::bytes || event.removed) return;
  check(pushwire::decode_base64(document->root().at("base64").string()) == event.payload, "an envelope has its bytes");
}

// Between two others, so that what spills over is seen; in pieces, as a client gets it.
void judge(const SampleEvent& sample, const Encoding& encoding, std::string_view input) {
  SampleEvent before("before", "1"), after("after", "2");
  before.event.id.sequence = 1041;
  after.event.id.sequence = 1043;
  const std::string stream = encoded(before.event) + encoded(sample.event, encoding) + encoded(after.event);
  EventStreamParser parser;
  std::size_t begin = 0;
  for (const std::size_t cut : pushwire::fuzz::some_cuts(input)) {
    const std::size_t end = std::max(begin, std::min(cut, stream.size()));
    parser.feed(std::string_view(stream).substr(begin, end - begin));
    begin = end;
  }
  parser.feed(std::string_view(stream).substr(begin));
  check(parser.messages().size() == 3, "there is exactly one event");
  const StreamMessage& got = parser.messages()[1];
  check(got.type == sample.event.type, "it has its type");
  check(got.data == text_of(sample.event, encoding), "it has its text");
  check(got.last_event_id == (encoding.snapshot ? before.event.id : sample.event.id).text(), "it has its id");
  check(parser.messages()[0] == StreamMessage{"before", "1", before.event.id.text()}, "what was before it stays");
  check(parser.messages()[2] == StreamMessage{"after", "2", after.event.id.text()}, "what comes behind it stays");
  check(parser.comments().empty() && !parser.retry_ms(), "nothing else is said");
  if (encoding.envelope) judge_envelope(sample.event, got.data);
}

// Whatever names a control has, it is one event, with one line of JSON.
void judge_control(std::string_view name) {
  pushwire::Head head;
  const auto conversation = transport().open(pushwire::Request(), head);
  for (const Control::Kind kind : {Control::Kind::hello, Control::Kind::gap, Control::Kind::subscribed}) {
    Control control;
    control.kind = kind;
    control.session = name;
    control.session_state = "new";
    control.types = {name, "b"};
    control.transports = {name};
    control.from = control.to = {pushwire::kSampleEpoch, 7};
    std::string out;
    conversation->control(control, out);
    EventStreamParser parser;
    parser.feed(out);
    check(parser.messages().size() == 1, "a control is one event");
    const StreamMessage& got = parser.messages()[0];
    check(got.type == "pushwire." + std::string(to_string(kind)), "a control has its type");
    check(got.data.find('\n') == std::string::npos && pushwire::is_json(got.data), "a control is a line of JSON");
    check(parser.last_event_id().empty(), "a control without a cursor has no id");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input = pushwire::fuzz::view(bytes, size);
  const auto parts = pushwire::fuzz::lines(input, 4);
  const auto is = [&](char letter) { return parts[0].find(letter) != std::string_view::npos; };
  const std::string type(pushwire::log::valid_type_name(parts[1]) ? parts[1] : "a");
  SampleEvent sample(type, std::string(parts[3]), is('b') ? Event::Payload::bytes : Event::Payload::json);
  if (is('k')) sample.keyed(std::string(parts[2]));
  if (is('r')) sample.removed();
  Encoding encoding;
  encoding.snapshot = is('s');
  encoding.with_time = is('t');
  encoding.envelope = is('e');
  judge(sample, encoding, input);
  judge_control(parts[2]);
  return 0;
}
