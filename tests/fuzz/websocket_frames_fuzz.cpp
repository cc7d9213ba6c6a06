// What a WebSocket's client sends: any bytes, cut anywhere, are the messages that RFC 6455 has in them, and then perhaps
// an end with its code.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "fuzz/websocket_model.hpp"
#include "plugins/transports/websocket/websocket_transport.hpp"

// Where a sanitizer counts.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes() __attribute__((weak));

namespace {

using pushwire::Verdict;
using pushwire::fuzz::check;
using pushwire::fuzz::ServerFrames;
using pushwire::fuzz::WebSocketModel;

constexpr std::size_t kMessageBytes = 300;
constexpr std::size_t kMostFragments = 1024;
// A message, perhaps a control frame, what the reader is, and what a string grows by.
constexpr std::size_t kMostHeld = 2 * kMessageBytes + 2048;

std::size_t bytes_held() {
  return __sanitizer_get_current_allocated_bytes == nullptr ? 0 : __sanitizer_get_current_allocated_bytes();
}

struct Said final : pushwire::Inbox {
  void frame(std::string_view json, std::string_view bytes) override { all.emplace_back(json, bytes); }
  std::vector<std::pair<std::string, std::string>> all;
};

// What came of a stream.
struct Outcome {
  Said said;
  std::string out;
  Verdict verdict = Verdict::go_on;
};

class Client {
 public:
  Client() {
    pushwire::Limits limits;
    limits.message_bytes = kMessageBytes;
    transport_ = pushwire::make_websocket_transport(limits);
    pushwire::Request request;
    request.method = "GET";
    request.fields = {{"Upgrade", "websocket"},
                      {"Connection", "Upgrade"},
                      {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                      {"Sec-WebSocket-Version", "13"}};
    pushwire::Head head;
    conversation_ = transport_->open(request, head);
  }

  // In a block of its own, so that a step beyond its end is seen; taken by one conversation, as a connection does: no
  // more once it has ended.
  void send(std::string_view piece) {
    if (outcome.verdict != Verdict::go_on) return;
    std::vector<char> own(piece.begin(), piece.end());
    Said said;
    std::string out;
    const bool counted = piece.size() > 1;  // which takes its time
    const std::size_t before = counted ? bytes_held() : 0;
    outcome.verdict = conversation_->receive(own.data(), own.size(), said, out);
    if (counted) {
      std::size_t answered = out.capacity() + said.all.capacity() * sizeof said.all[0];
      for (const auto& [json, bytes] : said.all) answered += json.capacity() + bytes.capacity() + 2;
      check(bytes_held() <= before + answered + kMostHeld, "what a client's part of a message costs is bounded");
    }
    outcome.out += out;
    std::move(said.all.begin(), said.all.end(), std::back_inserter(outcome.said.all));
  }

  void send(std::string_view stream, const std::vector<std::size_t>& cuts) {
    std::size_t begin = 0;
    for (const std::size_t cut : cuts) {
      send(stream.substr(begin, cut - begin));
      begin = cut;
    }
    send(stream.substr(begin));
  }

  pushwire::Conversation& conversation() { return *conversation_; }

  Outcome outcome;

 private:
  std::unique_ptr<pushwire::Transport> transport_;
  std::unique_ptr<pushwire::Conversation> conversation_;
};

bool same(const Outcome& a, const Outcome& b) {
  return a.verdict == b.verdict && a.out == b.out && a.said.all == b.said.all;
}

void judge(const Outcome& outcome, const WebSocketModel& model) {
  check(outcome.said.all.size() == model.messages.size(), "the messages are those of the frames");
  for (std::size_t index = 0; index < model.messages.size(); ++index) {
    const auto& [json, bytes] = outcome.said.all[index];
    const WebSocketModel::Message& message = model.messages[index];
    const std::size_t head =
        message.binary ? std::min(message.payload.find('\n'), message.payload.size()) : message.payload.size();
    check(json == message.payload.substr(0, head), "a message's text is that of its frames");
    check(bytes == message.payload.substr(std::min(head + 1, message.payload.size())), "so are its bytes");
  }
  const ServerFrames answer(outcome.out);
  check(answer.good, "an answer consists of a server's frames");
  const bool ended = outcome.verdict != Verdict::go_on;
  check(model.undecided || ended == model.ended, "it ends where the frames say so");
  check(answer.frames.size() == model.pongs.size() + (ended ? 1 : 0), "there is a pong for each ping, and one close");
  for (std::size_t index = 0; index < model.pongs.size(); ++index) {
    check(answer.frames[index].opcode == 10 && answer.frames[index].payload == model.pongs[index],
          "a pong is its ping");
  }
  if (!ended) return;
  check(outcome.verdict == Verdict::close_after_flush, "a close frame is flushed");
  const ServerFrames::Frame& close = answer.frames.back();
  check(close.opcode == 8 && close.payload.size() != 1 && close.payload.size() <= 125, "the last frame is a close");
  const unsigned code = close.payload.empty() ? 0
                                              : static_cast<unsigned char>(close.payload[0]) * 256u +
                                                    static_cast<unsigned char>(close.payload[1]);
  check(model.codes.count(code) == 1, "a close frame has the code of what was wrong");
}

void judge_end(Client& client) {
  Said said;
  std::string out;
  std::string more = "\x81\x82mmmm\x16\x10";
  check(client.conversation().receive(more.data(), more.size(), said, out) == Verdict::close_after_flush &&
            said.all.empty() && out.empty(),
        "behind a close nothing is heard or said");
}

// The server says goodbye while the client is still talking.
void judge_goodbye(std::string_view stream) {
  Client client;
  const std::size_t middle = stream.size() / 2;
  client.send(stream.substr(0, middle));
  if (client.outcome.verdict != Verdict::go_on) return;
  const std::size_t heard = client.outcome.said.all.size();
  pushwire::Control bye;
  bye.kind = pushwire::Control::Kind::bye;
  std::string out;
  client.conversation().control(bye, out);
  const ServerFrames goodbye(out);
  check(goodbye.good && goodbye.frames.size() == 2 && goodbye.frames[1].opcode == 8, "bye is said, and a close frame");
  client.outcome.out.clear();
  client.send(stream.substr(middle));
  check(client.outcome.out.empty(), "behind our close frame there is none of ours");
  check(client.outcome.said.all.size() == heard, "behind our close frame no message counts");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view stream = pushwire::fuzz::view(bytes, size);
  Client whole;
  whole.send(stream);
  judge(whole.outcome, WebSocketModel(stream, kMessageBytes, kMostFragments));
  Client bytewise;
  bytewise.send(stream, pushwire::fuzz::all_cuts(stream));
  check(same(whole.outcome, bytewise.outcome), "byte by byte it is the same");
  Client pieces;
  pieces.send(stream, pushwire::fuzz::some_cuts(stream));
  check(same(whole.outcome, pieces.outcome), "in pieces it is the same");
  if (whole.outcome.verdict != Verdict::go_on) judge_end(whole);
  judge_goodbye(stream);
  return 0;
}
