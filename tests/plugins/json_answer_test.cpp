#include "pushwire/json_answer.hpp"

#include <gtest/gtest.h>

#include <string>

#include "plugins/sample_event.hpp"
#include "plugins/transports/long_poll/long_poll_transport.hpp"
#include "plugins/transports/poll/poll_transport.hpp"

namespace pushwire {
namespace {

struct Polling {
  std::unique_ptr<Transport> (*make)(const Limits&);
  std::string_view name;
  Delivery delivery;
};

class JsonAnswer : public testing::TestWithParam<Polling> {
 protected:
  const std::unique_ptr<Transport> transport_ = GetParam().make({});
};

TEST_P(JsonAnswer, is_json_items_with_commas_between) {
  const Traits traits = transport_->traits();
  EXPECT_EQ(transport_->name(), GetParam().name);
  EXPECT_EQ(traits.delivery, GetParam().delivery);
  EXPECT_EQ(traits.media_type, "application/json");
  EXPECT_EQ(traits.separator, ",");
  EXPECT_FALSE(traits.bidirectional);
  EXPECT_FALSE(traits.binary);
  Head head;
  transport_->open(Request(), head);
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.fields.empty());
}

TEST_P(JsonAnswer, is_one_object_around_the_items) {
  Answer answer;
  answer.resume = Resume::gap;
  Head head;
  const auto conversation = transport_->open(Request(), head);
  Control gap;
  gap.kind = Control::Kind::gap;
  gap.types = {"log"};
  gap.from = {kSampleEpoch, 3};
  gap.to = {kSampleEpoch, 12};

  std::string out;
  transport_->wrap(answer, out);
  conversation->control(gap, out);
  out += transport_->traits().separator;
  transport_->encode(SampleEvent("log", "\"tick\"").event, {}, out);
  answer.end = true;
  answer.cursor = {kSampleEpoch, 1042};
  transport_->wrap(answer, out);

  EXPECT_EQ(out,
            R"({"resume":"gap","events":[{"control":"gap","types":["log"],"from":"k3x9a2mq-3","to":"k3x9a2mq-12"},)"
            R"({"id":"k3x9a2mq-1042","event":"log","data":"tick"}],"cursor":"k3x9a2mq-1042"})");
}

TEST_P(JsonAnswer, says_where_a_read_stopped_at_its_limit) {
  Answer answer;
  answer.end = true;
  answer.cursor = {kSampleEpoch, 9};
  answer.more = true;
  std::string out;
  transport_->wrap(answer, out);
  EXPECT_EQ(out, R"(],"cursor":"k3x9a2mq-9","more":true})");
}

TEST_P(JsonAnswer, holds_of_the_controls_only_what_is_missing) {
  Head head;
  const auto conversation = transport_->open(Request(), head);
  for (const auto kind : {Control::Kind::hello, Control::Kind::live, Control::Kind::ping, Control::Kind::bye,
                          Control::Kind::subscribed}) {
    Control control;
    control.kind = kind;
    control.cursor = Cursor{kSampleEpoch, 1};
    std::string out;
    conversation->control(control, out);
    EXPECT_EQ(out, "") << to_string(kind);
  }
  Control reset;
  reset.kind = Control::Kind::reset;
  reset.cursor = Cursor{kSampleEpoch, 0};
  std::string out;
  conversation->control(reset, out);
  EXPECT_EQ(out, R"({"control":"reset","cursor":"k3x9a2mq-0"})");
}

TEST_P(JsonAnswer, carries_bytes_and_snapshots_as_the_envelope_has_them) {
  Encoding encoding;
  encoding.snapshot = true;
  std::string out;
  transport_->encode(SampleEvent("frame", "\xFF", Event::Payload::bytes).keyed("k").event, encoding, out);
  EXPECT_EQ(out, R"({"id":"k3x9a2mq-1042","event":"frame","key":"k","snapshot":true,"base64":"/w=="})");
}

INSTANTIATE_TEST_SUITE_P(Transports, JsonAnswer,
                         testing::Values(Polling{make_poll_transport, "poll", Delivery::immediate},
                                         Polling{make_long_poll_transport, "long-poll", Delivery::held}),
                         [](const auto& test) { return test.param.delivery == Delivery::held ? "long_poll" : "poll"; });

}  // namespace
}  // namespace pushwire
