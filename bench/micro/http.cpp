// Requests: a head alone, what its fields say of the body, and a whole request from the bytes of a connection.
#include <string>
#include <string_view>

#include "allocations.hpp"
#include "net/http/head_parser.hpp"
#include "net/http/request_framing.hpp"
#include "net/http/request_reader.hpp"

namespace pushwire::bench {
namespace {

constexpr std::string_view kTarget = "/pushwire/poll?events=bench&after=k3x9a2mq-1042";
constexpr std::string_view kShort =
    "GET /pushwire/poll?events=bench&after=k3x9a2mq-1042 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n";
constexpr std::string_view kBrowser =
    "GET /pushwire/poll?events=bench&after=k3x9a2mq-1042 HTTP/1.1\r\n"
    "Host: 127.0.0.1:8080\r\n"
    "Connection: keep-alive\r\n"
    "sec-ch-ua-platform: \"Linux\"\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 "
    "Safari/537.36\r\n"
    "sec-ch-ua: \"Chromium\";v=\"130\", \"Not?A_Brand\";v=\"99\"\r\n"
    "sec-ch-ua-mobile: ?0\r\n"
    "Accept: */*\r\n"
    "Sec-Fetch-Site: same-origin\r\n"
    "Sec-Fetch-Mode: cors\r\n"
    "Sec-Fetch-Dest: empty\r\n"
    "Referer: http://127.0.0.1:8080/\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Accept-Language: en-US,en;q=0.9\r\n\r\n";

void head_parse(benchmark::State& state, std::string_view head) {
  Request request;
  request.target = kTarget;
  const CountAllocations counted(state);
  for (auto _ : state) {
    request.fields.clear();
    if (net::parse_head(head, request)) return state.SkipWithError("the head was refused");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(head.size()));
}
BENCHMARK_CAPTURE(head_parse, shortest, kShort)->Name("http/head_parse/one_field");
BENCHMARK_CAPTURE(head_parse, browser, kBrowser)->Name("http/head_parse/browser");

void judge_framing(benchmark::State& state, std::string_view head) {
  Request request;
  request.target = kTarget;
  if (net::parse_head(head, request)) return state.SkipWithError("the head was refused");
  const Limits limits;
  const CountAllocations counted(state);
  for (auto _ : state) {
    net::RequestFraming framing;
    if (net::judge_framing(request, limits, framing)) return state.SkipWithError("the framing was refused");
    benchmark::DoNotOptimize(framing);
  }
}
BENCHMARK_CAPTURE(judge_framing, shortest, kShort)->Name("http/judge_framing/one_field");
BENCHMARK_CAPTURE(judge_framing, browser, kBrowser)->Name("http/judge_framing/browser");

void request(benchmark::State& state, std::string_view bytes) {
  net::RequestReader reader{Limits{}};
  const CountAllocations counted(state);
  for (auto _ : state) {
    reader.reset();
    reader.feed(bytes.data(), bytes.size());
    if (reader.state() != net::RequestReader::State::complete) return state.SkipWithError("no request was read");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK_CAPTURE(request, shortest, kShort)->Name("http/request/one_field");
BENCHMARK_CAPTURE(request, browser, kBrowser)->Name("http/request/browser");

}  // namespace
}  // namespace pushwire::bench
