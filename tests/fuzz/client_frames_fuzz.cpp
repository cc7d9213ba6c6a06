// What clients send: any bytes are a frame, or a batch of them, that says what it is or what is wrong with it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/fuzz.hpp"
#include "log/subscription.hpp"
#include "pushwire/raw_json.hpp"
#include "session/client_frame.hpp"

namespace {

using pushwire::session::ClientFrame;
using Kind = ClientFrame::Kind;

constexpr pushwire::session::FrameLimits kLimits{8, 16};
constexpr std::uint64_t kHighestId = 1ull << 53;

void judge(const ClientFrame& frame) {
  pushwire::fuzz::check((frame.kind == Kind::unusable) == !frame.fault.empty(), "only what is unusable has a fault");
  pushwire::fuzz::check(!frame.id || (*frame.id >= 1 && *frame.id <= kHighestId), "an id is within its bounds");
  if (frame.kind == Kind::request || frame.kind == Kind::ack) {
    pushwire::fuzz::check(frame.id.has_value(), "a request and an ack have an id");
  }
  if (frame.kind == Kind::request || frame.kind == Kind::send) {
    pushwire::fuzz::check(pushwire::log::valid_type_name(frame.name), "a message's name is one");
    pushwire::fuzz::check(pushwire::is_json(frame.data), "a message's data is JSON");
  }
  pushwire::fuzz::check(frame.events.size() <= kLimits.names && frame.fresh.size() <= kLimits.names, "names are few");
  for (const auto* list : {&frame.events, &frame.fresh}) {
    for (const std::string& name : *list) {
      pushwire::fuzz::check(pushwire::log::Subscription::valid_pattern(name), "a pattern is one");
    }
  }
  pushwire::fuzz::check(frame.fault.size() < 300, "a fault is a sentence");
}

bool same(const ClientFrame& a, const ClientFrame& b) {
  return a.kind == b.kind && a.fault == b.fault && a.name == b.name && a.id == b.id && a.data == b.data &&
         a.events == b.events && a.fresh == b.fresh;
}

// A frame says the same alone and as one of several in the body of a POST.
void judge_in_batch(std::string_view text) {
  if (!pushwire::is_json(text)) return;
  const ClientFrame alone = pushwire::session::parse_client_frame(text, kLimits);
  const std::string body = "[" + std::string(text) + ",{\"ack\":1}," + std::string(text) + "]";
  const auto batch = pushwire::session::parse_client_frames(body, kLimits, 3);
  if (!batch.fault.empty()) {
    pushwire::fuzz::check(alone.kind == Kind::unusable, "only a frame that is unusable alone spoils a batch");
    return;
  }
  pushwire::fuzz::check(batch.frames.size() == 3, "a batch has the frames that were put into it");
  pushwire::fuzz::check(same(batch.frames[0], alone) && same(batch.frames[2], alone), "a batch has them as they were");
  pushwire::fuzz::check(batch.frames[1].kind == Kind::ack, "what stands beside a frame is none of its business");
  pushwire::fuzz::check(!pushwire::session::parse_client_frames(body, kLimits, 2).fault.empty(), "a batch is bounded");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text = pushwire::fuzz::view(bytes, size);
  judge(pushwire::session::parse_client_frame(text, kLimits));
  const auto all = pushwire::session::parse_client_frames(text, kLimits, 4);
  pushwire::fuzz::check(all.fault.empty() || all.frames.empty(), "a batch is taken whole or not at all");
  pushwire::fuzz::check(all.frames.size() <= 4, "a batch is bounded");
  for (const ClientFrame& frame : all.frames) judge(frame);
  judge_in_batch(text);
  return 0;
}
