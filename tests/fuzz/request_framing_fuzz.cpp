// What a connection begins with: any bytes are requests, and then perhaps a fault, whichever way they are cut; and never
// a request, or a byte of a body, where llhttp alone sees none.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "fuzz/strict_llhttp.hpp"
#include "net/http/framed_stream.hpp"

namespace {

using pushwire::fuzz::check;
using pushwire::net::FramedRequest;
using pushwire::net::FramedStream;

pushwire::Limits small_limits() {
  pushwire::Limits limits;
  limits.head_bytes = 512;
  limits.head_fields = 8;
  limits.target_bytes = 128;
  limits.body_bytes = 256;
  return limits;
}

void judge(const FramedRequest& request, const pushwire::Limits& limits) {
  std::size_t head = request.method.size() + request.target.size();
  for (const auto& [name, value] : request.fields)
    head += name.size() + value.size() + std::string_view(":\r\n").size();
  check(head <= limits.head_bytes, "a head is within its limit");
  check(request.fields.size() <= limits.head_fields, "fields are few");
  check(request.target.size() <= limits.target_bytes, "a target is within its limit");
  check(request.body.size() <= limits.body_bytes, "a body is within its limit");
  check(request.target == request.path + (request.target.size() > request.path.size() ? "?" + request.query : ""),
        "a target is a path and a query");
  check(request.path == "*" || request.path.front() == '/', "a path begins with a slash");
}

void judge_fault(const FramedStream& framed) {
  check(framed.status >= 400 && framed.status <= 599, "a fault has a status");
  check(!framed.sentence.empty() && framed.sentence.size() < 1000, "a fault is a sentence");
  for (const char c : framed.sentence) check(c >= 0x20 && c < 0x7F, "a fault can be written into a log");
}

// Behind a fault nothing is read, whatever comes.
void judge_end(std::string_view stream, std::size_t fault_at, const pushwire::Limits& limits) {
  using State = pushwire::net::RequestReader::State;
  pushwire::net::RequestReader reader(limits);
  for (std::size_t at = 0; at < fault_at;) {
    at += reader.feed(stream.data() + at, fault_at - at);
    if (reader.state() == State::complete) reader.reset();
  }
  check(reader.state() == State::failed, "what fails in one piece fails in another");
  constexpr std::string_view kMore = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  check(reader.feed(kMore.data(), kMore.size()) == 0, "a reader that has failed takes nothing");
  check(reader.state() == State::failed && !reader.keep_alive() && !reader.upgrade(), "a fault is the end");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const pushwire::Limits kLimits = small_limits();
  const std::string_view stream = pushwire::fuzz::view(bytes, size);
  const FramedStream framed = pushwire::net::frame_whole(stream, kLimits);
  check(framed == pushwire::net::frame_bytewise(stream, kLimits), "byte by byte it is the same");
  check(framed == pushwire::net::frame_stream(stream, pushwire::fuzz::some_cuts(stream), kLimits),
        "in pieces it is the same");
  for (const FramedRequest& request : framed.requests) judge(request, kLimits);
  if (framed.status != 0) {
    judge_fault(framed);
    judge_end(stream, framed.consumed, kLimits);
  }
  const std::vector<std::string> bodies = pushwire::fuzz::bodies_by_strict_llhttp(stream);
  check(framed.requests.size() <= bodies.size(), "there are no more requests than llhttp sees");
  for (std::size_t index = 0; index < framed.requests.size(); ++index) {
    check(framed.requests[index].body == bodies[index], "a body is the one that llhttp sees");
  }
  return 0;
}
