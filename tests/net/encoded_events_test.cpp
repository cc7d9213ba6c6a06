#include "net/encoded_events.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace pushwire::net {
namespace {

// Writes what it was asked for.
class Spelling final : public Transport {
 public:
  std::string_view name() const noexcept override { return "spelling"; }
  Traits traits() const noexcept override { return {}; }
  std::unique_ptr<Conversation> open(const Request&, Head&) const override { return nullptr; }
  void encode(const Event& event, const Encoding& encoding, std::string& out) const override {
    out += std::to_string(event.id.sequence) + (encoding.snapshot ? "s" : "") + (encoding.with_time ? "t" : "") +
           (encoding.envelope ? "e" : "") + std::string(event.payload) + ';';
  }
};

class EncodedEventsTest : public testing::Test {
 protected:
  std::string text(Sequence sequence, Format format = {}, bool snapshot = false, std::string_view payload = {}) {
    Event event;
    event.id.sequence = sequence;
    event.payload = payload;
    std::string out = ">";
    encoded.append(event, format, snapshot, out);
    return out;
  }

  const std::vector<std::shared_ptr<const Transport>> transports{std::make_shared<Spelling>(),
                                                                 std::make_shared<Spelling>()};
  EncodedEvents encoded{transports, 10'000};
};

TEST_F(EncodedEventsTest, encodes_an_event_once_for_all_who_read_it_alike) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(text(7), ">7;");
  EXPECT_EQ(encoded.encodings(), 1u);
}

TEST_F(EncodedEventsTest, tells_every_format_from_every_other) {
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(text(7), ">7;");
    EXPECT_EQ(text(7, {}, true), ">7s;");
    EXPECT_EQ(text(7, {0, true, false}), ">7t;");
    EXPECT_EQ(text(7, {0, false, true}), ">7e;");
    EXPECT_EQ(text(7, {0, true, true}, true), ">7ste;");
    EXPECT_EQ(text(7, {1, false, false}), ">7;");
    EXPECT_EQ(text(8), ">8;");
  }
  EXPECT_EQ(encoded.encodings(), 7u);
}

TEST_F(EncodedEventsTest, lets_the_oldest_go_when_it_holds_too_much) {
  const std::string payload(3'000, 'x');
  for (Sequence sequence = 1; sequence <= 4; ++sequence) text(sequence, {}, false, payload);
  EXPECT_EQ(encoded.encodings(), 4u);
  text(4, {}, false, payload);
  text(2, {}, false, payload);
  EXPECT_EQ(encoded.encodings(), 4u) << "the newest three are kept";
  text(1, {}, false, payload);
  EXPECT_EQ(encoded.encodings(), 5u);
}

TEST_F(EncodedEventsTest, keeps_nothing_that_is_larger_than_all_its_room) {
  text(1);
  const std::string payload(20'000, 'x');
  EXPECT_EQ(text(2, {}, false, payload).size(), 20'003u);
  EXPECT_EQ(text(2, {}, false, payload).size(), 20'003u);
  EXPECT_EQ(encoded.encodings(), 3u);
  text(1);
  EXPECT_EQ(encoded.encodings(), 3u) << "the small one was not thrown out for it";
}

TEST_F(EncodedEventsTest, is_not_filled_without_bound_by_events_that_are_next_to_nothing) {
  for (Sequence sequence = 1; sequence <= 1'000; ++sequence) text(sequence);
  text(1'000);
  EXPECT_EQ(encoded.encodings(), 1'000u);
  text(1);
  EXPECT_EQ(encoded.encodings(), 1'001u) << "the oldest has gone, though all their bytes would have had room";
}

}  // namespace
}  // namespace pushwire::net
