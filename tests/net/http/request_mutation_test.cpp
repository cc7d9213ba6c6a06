// Streams of good and bad requests, changed at random from fixed seeds: the reader never crashes, gives the same
// whatever the cuts, and never sees a request where llhttp alone sees none.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "net/http/framed_stream.hpp"
#include "net/http/llhttp_reference.hpp"

namespace pushwire::net {
namespace {

class Mutator {
 public:
  explicit Mutator(std::uint32_t seed) : random_(seed) {}

  std::string stream() {
    static const std::string kRequests[] = {
        "GET /poll?after=earliest HTTP/1.1\r\nHost: localhost:8080\r\nAccept: */*\r\n\r\n",
        "POST /send HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n[{\"send\":1}]",
        "POST /send HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\nb;x=\"y z\"\r\n0\r\n\r\nGET "
        "/ HT"
        "\r\n0\r\nT: u\r\n\r\n",
        "GET http://a/x HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
    };
    std::string out;
    for (std::size_t count = 1 + below(3); count > 0; --count) out += kRequests[below(std::size(kRequests))];
    for (std::size_t count = below(5); count > 0; --count) mutate(out);
    return out;
  }

  std::vector<std::size_t> cuts(std::size_t size) {
    std::vector<std::size_t> ends;
    for (std::size_t count = below(8); count > 0; --count) ends.push_back(below(size + 1));
    std::sort(ends.begin(), ends.end());
    return ends;
  }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }

  void mutate(std::string& out) {
    static const std::string kPieces[] = {
        "\r\n",
        "\n",
        "\r",
        " ",
        "\t",
        ":",
        ";",
        "0",
        "-",
        "\"",
        "\\",
        "\r\n\r\n",
        "\r\n ",
        std::string(1, '\0'),
        "\xff",
        "Content-Length: 1\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Connection: close\r\n",
        "Host: b\r\n",
        "0\r\n\r\n",
        "Expect: 100-continue\r\n",
        "GET / HTTP/1.1\r\n",
        "#",
        "?",
        "HTTP/1.1",
    };
    const std::size_t place = below(out.size() + 1);
    switch (below(5)) {
      case 0: out.insert(place, kPieces[below(std::size(kPieces))]); break;
      case 1: out.erase(place, 1 + below(4)); break;
      case 2:
        if (place < out.size()) out[place] = static_cast<char>(below(256));
        break;
      case 3:
        if (place < out.size()) out[place] = static_cast<char>(out[place] ^ (1 << below(8)));
        break;
      default: out.insert(place, out.substr(below(out.size() + 1), below(40))); break;
    }
    if (out.empty()) out = "G";
  }

  std::mt19937 random_;
};

TEST(RequestMutation, changed_streams_never_give_more_than_llhttp_sees) {
  constexpr std::uint32_t kSeeds = 20000;
  Limits limits;
  limits.body_bytes = 256;
  std::size_t requests = 0;
  std::size_t refusals = 0;
  for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
    Mutator mutator(seed);
    const std::string stream = mutator.stream();
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + ::testing::PrintToString(stream));
    const FramedStream framed = frame_stream(stream, mutator.cuts(stream.size()), limits);
    ASSERT_EQ(framed, frame_whole(stream, limits));
    const std::vector<std::string> bodies = bodies_by_llhttp(stream);
    ASSERT_LE(framed.requests.size(), bodies.size()) << framed;
    for (std::size_t index = 0; index < framed.requests.size(); ++index) {
      ASSERT_EQ(framed.requests[index].body, bodies[index]) << framed;
    }
    requests += framed.requests.size();
    refusals += framed.status != 0 ? 1u : 0u;
  }
  EXPECT_GT(requests, kSeeds / 2) << "the changes leave too little to compare";
  EXPECT_GT(refusals, kSeeds / 4) << "the changes break too little";
}

}  // namespace
}  // namespace pushwire::net
