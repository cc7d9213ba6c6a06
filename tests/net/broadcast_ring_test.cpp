// Broadcasts by a ring, as far as the hub is concerned.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "net/hub_fixture.hpp"

namespace pushwire::net {
namespace {

// Takes nothing, so that all goes on by the wires.
class FakeRing final : public SendRing {
 public:
  bool send_to_all(const std::vector<int>& sockets, std::string_view, std::vector<std::size_t>& sent) override {
    ++calls;
    sent.assign(sockets.size(), 0);
    if (unknown) sent[0] = kUnknown;
    return !broken;
  }

  int calls = 0;
  bool unknown = false;  // what has become of the first one's bytes
  bool broken = false;
};

HubSettings with(std::shared_ptr<SendRing> ring) {
  HubSettings settings;
  settings.ring = std::move(ring);
  return settings;
}

class BroadcastRing : public HubTest {
 protected:
  BroadcastRing() : BroadcastRing(std::make_shared<FakeRing>()) {}

  void come(std::size_t clients) {
    for (std::size_t i = 0; i < clients; ++i) wires.push_back(ask("sse?events=news"));
    emit(type, "0");  // everybody is level
  }
  std::size_t reached(const std::string& payload) const {
    std::size_t count = 0;
    for (const auto& wire : wires) count += wire->outgoing.find("data: " + payload + "\n") != std::string::npos ? 1 : 0;
    return count;
  }

  const std::shared_ptr<FakeRing> ring;
  const log::TypeId type;
  std::vector<std::shared_ptr<ShortWire>> wires;

 private:
  explicit BroadcastRing(std::shared_ptr<FakeRing> fake) : HubTest(8192, with(fake)), ring(fake), type(add("news")) {}
};

TEST_F(BroadcastRing, what_it_did_not_take_goes_by_the_wire) {
  come(20);
  const int calls = ring->calls;
  emit(type, "1");
  EXPECT_EQ(ring->calls, calls + 1);
  EXPECT_EQ(reached("1"), 20U);
}

TEST_F(BroadcastRing, few_clients_do_without) {
  come(3);
  emit(type, "1");
  EXPECT_EQ(ring->calls, 0);
  EXPECT_EQ(reached("1"), 3U);
}

TEST_F(BroadcastRing, a_client_of_which_nobody_knows_what_it_has_is_cut_and_may_come_back) {
  come(20);
  ring->unknown = true;
  emit(type, "1");
  EXPECT_EQ(reached("1"), 19U);
  EXPECT_EQ(hub.connections(), 19U);
}

TEST_F(BroadcastRing, one_that_is_broken_is_not_asked_again) {
  come(20);
  ring->broken = true;
  emit(type, "1");
  const int calls = ring->calls;
  emit(type, "2");
  EXPECT_EQ(ring->calls, calls);
  EXPECT_EQ(reached("1"), 20U);
  EXPECT_EQ(reached("2"), 20U);
}

}  // namespace
}  // namespace pushwire::net
