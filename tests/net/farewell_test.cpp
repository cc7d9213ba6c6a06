// When clients are told to come back after the server's end.
#include <algorithm>
#include <cstdint>
#include <map>

#include "net/hub_fixture.hpp"

namespace pushwire::net {
namespace {

class ComingBack : public HubTest {
 protected:
  // What each of `clients` streams is told to wait, in ms.
  std::vector<std::uint64_t> told(std::size_t clients) {
    std::vector<std::shared_ptr<ShortWire>> wires;
    for (std::size_t i = 0; i < clients; ++i) wires.push_back(ask("sse"));
    hub.begin_stop(hub.now() + std::chrono::seconds(1));
    std::vector<std::uint64_t> waits;
    for (const auto& wire : wires) {
      constexpr std::string_view kMember = R"("after_ms":)";
      const std::size_t at = wire->outgoing.find(kMember);
      if (at == std::string::npos) ADD_FAILURE() << "no bye in " << wire->outgoing;
      else waits.push_back(std::stoull(wire->outgoing.substr(at + kMember.size())));
    }
    return waits;
  }
  // How many of them come in the fullest tenth of a second, wherever it begins.
  static std::size_t crowd(std::vector<std::uint64_t> waits) {
    std::sort(waits.begin(), waits.end());
    std::size_t most = 0;
    for (auto first = waits.begin(), last = first; first != waits.end(); ++first) {
      while (last != waits.end() && *last < *first + 100) ++last;
      most = std::max(most, static_cast<std::size_t>(last - first));
    }
    return most;
  }
};

TEST_F(ComingBack, takes_a_single_client_no_longer_than_a_person_waits) {
  const auto waits = told(1);
  ASSERT_EQ(waits.size(), 1u);
  EXPECT_GE(waits[0], 100u);
  EXPECT_LE(waits[0], 365u);
}

TEST_F(ComingBack, of_two_hundred_is_no_crowd_in_any_tenth_of_a_second) {
  const auto waits = told(200);
  ASSERT_EQ(waits.size(), 200u);
  EXPECT_LE(crowd(waits), 8u);
  EXPECT_GE(*std::min_element(waits.begin(), waits.end()), 100u);
  EXPECT_LE(*std::max_element(waits.begin(), waits.end()), 3350u);
}

TEST_F(ComingBack, of_very_many_is_over_in_ten_seconds_and_even) {
  const auto waits = told(2000);
  ASSERT_EQ(waits.size(), 2000u);
  EXPECT_LE(crowd(waits), 22u);
  EXPECT_GT(*std::max_element(waits.begin(), waits.end()), 9900u);
  EXPECT_LE(*std::max_element(waits.begin(), waits.end()), 10'100u);
}

}  // namespace
}  // namespace pushwire::net
