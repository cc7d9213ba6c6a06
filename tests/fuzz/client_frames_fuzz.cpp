// What clients send: any bytes are a frame, or a batch of them, that says what it is or what is wrong with it.
#include <cstddef>
#include <cstdint>
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  judge(pushwire::session::parse_client_frame(text, kLimits));
  const auto all = pushwire::session::parse_client_frames(text, kLimits, 4);
  pushwire::fuzz::check(all.fault.empty() || all.frames.empty(), "a batch is taken whole or not at all");
  pushwire::fuzz::check(all.frames.size() <= 4, "a batch is bounded");
  for (const ClientFrame& frame : all.frames) judge(frame);
  return 0;
}
