#include "plugins/transports/sse/sse_transport.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "plugins/event_stream_parser.hpp"
#include "plugins/sample_event.hpp"

namespace pushwire {
namespace {

class Sse : public testing::Test {
 protected:
  std::string encoded(const SampleEvent& sample, Encoding encoding = {}) const {
    std::string out;
    transport_->encode(sample.event, encoding, out);
    return out;
  }

  std::string said(const Control& control) const {
    Head head;
    std::string out;
    transport_->open(Request(), head)->control(control, out);
    return out;
  }

  static Control control(Control::Kind kind, std::optional<Cursor> cursor = std::nullopt) {
    Control control;
    control.kind = kind;
    control.cursor = cursor;
    return control;
  }

  const std::unique_ptr<Transport> transport_ = make_sse_transport();
};

TEST_F(Sse, is_a_stream_that_proxies_are_asked_not_to_collect) {
  EXPECT_EQ(transport_->name(), "sse");
  EXPECT_EQ(transport_->traits().delivery, Delivery::streaming);
  EXPECT_EQ(transport_->traits().media_type, "text/event-stream");
  EXPECT_FALSE(transport_->traits().bidirectional);
  EXPECT_FALSE(transport_->traits().binary);
  EXPECT_EQ(transport_->traits().separator, "");
  Head head;
  transport_->open(Request(), head);
  EXPECT_EQ(head.status, 200);
  const std::vector<std::pair<std::string, std::string>> fields{{"X-Accel-Buffering", "no"}};
  EXPECT_EQ(head.fields, fields);
}

TEST_F(Sse, writes_the_bare_payload_under_its_name_and_cursor) {
  EXPECT_EQ(encoded({"temperature", "21.5"}), "id: k3x9a2mq-1042\nevent: temperature\ndata: 21.5\n\n");
}

TEST_F(Sse, moves_no_cursor_by_a_snapshot_item) {
  Encoding encoding;
  encoding.snapshot = true;
  encoding.with_time = true;
  EXPECT_EQ(encoded({"temperature", "21.5"}, encoding), "event: temperature\ndata: 21.5\n\n");
}

TEST_F(Sse, writes_the_whole_event_where_an_envelope_is_asked_for) {
  Encoding encoding;
  encoding.envelope = true;
  encoding.with_time = true;
  SampleEvent sample{"temperature", "21.5"};
  EXPECT_EQ(encoded(sample.keyed("k"), encoding),
            "id: k3x9a2mq-1042\nevent: temperature\n"
            R"(data: {"id":"k3x9a2mq-1042","event":"temperature","key":"k","at":1700000000123,"data":21.5})"
            "\n\n");
}

TEST_F(Sse, writes_null_for_a_removed_key_and_a_string_for_bytes) {
  EXPECT_EQ(encoded(SampleEvent("t", "").keyed("k").removed()), "id: k3x9a2mq-1042\nevent: t\ndata: null\n\n");
  EXPECT_EQ(encoded({"t", std::string("\0\xFF\n", 3), Event::Payload::bytes}),
            "id: k3x9a2mq-1042\nevent: t\ndata: \"AP8K\"\n\n");
}

TEST_F(Sse, begins_another_data_line_at_every_kind_of_line_end) {
  EXPECT_EQ(encoded({"t", "[\n1,\r\n2,\r3]"}),
            "id: k3x9a2mq-1042\nevent: t\ndata: [\ndata: 1,\ndata: 2,\ndata: 3]\n\n");
  EXPECT_EQ(encoded({"t", "\n\r\n"}), "id: k3x9a2mq-1042\nevent: t\ndata: \ndata: \ndata: \n\n");
  EXPECT_EQ(encoded({"t", "1\r"}), "id: k3x9a2mq-1042\nevent: t\ndata: 1\ndata: \n\n");
}

TEST_F(Sse, splits_lines_of_an_envelope_too) {
  Encoding encoding;
  encoding.envelope = true;
  for (const std::string end : {"\n", "\r", "\r\n"}) {
    EXPECT_EQ(encoded({"t", "[" + end + "1]"}, encoding),
              "id: k3x9a2mq-1042\nevent: t\n"
              "data: {\"id\":\"k3x9a2mq-1042\",\"event\":\"t\",\"data\":[\ndata: 1]}\n\n");
  }
}

TEST_F(Sse, lets_no_payload_forge_a_field_or_an_event) {
  EventStreamParser parser;
  const std::string payload = "x\ndata: y\r\n\r\nid: 9\rZ\n\nevent: admin\ndata: pwn\n\n";
  parser.feed(encoded({"t", payload}));
  ASSERT_EQ(parser.messages().size(), 1u);
  EXPECT_EQ(parser.messages()[0], (StreamMessage{"t", with_line_feeds(payload), "k3x9a2mq-1042"}));
}

TEST_F(Sse, is_read_back_as_it_was_written_whatever_the_payload_holds) {
  const std::string pieces[] = {"\r",     "\n",    "\r\n",     std::string(1, '\0'), "\xEF\xBB\xBF", ":", " ",
                                "data: ", "id: 1", "\xC3\xBC", "\xF0\x9F\x98\x80",   "\xE2\x80\xA8", "x"};
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    EventStreamParser parser;
    std::vector<StreamMessage> expected;
    std::string stream;
    for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
      std::string payload;
      for (auto left = random() % 12; left > 0; --left) payload += pieces[random() % std::size(pieces)];
      SampleEvent sample("type." + std::to_string(sequence), payload);
      sample.event.id.sequence = sequence;
      transport_->encode(sample.event, {}, stream);
      expected.push_back({std::string(sample.event.type), with_line_feeds(payload), sample.event.id.text()});
    }
    const std::size_t cut = random() % stream.size();
    parser.feed(stream.substr(0, cut));
    parser.feed(stream.substr(cut));
    ASSERT_EQ(parser.messages(), expected) << testing::PrintToString(stream);
  }
}

TEST_F(Sse, takes_time_in_proportion_to_the_payload) {
  const std::string line_feeds(1'000'000, '\n');
  EventStreamParser parser;
  parser.feed(encoded({"t", line_feeds}));
  ASSERT_EQ(parser.messages().size(), 1u);
  EXPECT_EQ(parser.messages()[0].data, line_feeds);
}

TEST_F(Sse, says_hello_behind_a_comment_and_the_time_to_reconnect) {
  const std::string stream = said(control(Control::Kind::hello, Cursor{kSampleEpoch, 7}));
  EventStreamParser parser;
  parser.feed(stream);
  EXPECT_EQ(stream.front(), ':');
  EXPECT_EQ(parser.comments().size(), 1u);
  EXPECT_EQ(parser.retry_ms(), 2000u);
  ASSERT_EQ(parser.messages().size(), 1u);
  EXPECT_EQ(parser.messages()[0].type, "pushwire.hello");
  EXPECT_EQ(parser.messages()[0].last_event_id, "k3x9a2mq-7");
  EXPECT_EQ(
      parser.messages()[0].data,
      R"({"control":"hello","protocol":1,"cursor":"k3x9a2mq-7","resume":"new","heartbeat_ms":0,"transports":[]})");
}

TEST_F(Sse, says_a_hello_without_cursor_without_id) {
  EXPECT_EQ(said(control(Control::Kind::hello)).find("id:"), std::string::npos);
}

TEST_F(Sse, moves_the_cursor_by_controls_that_have_one) {
  EXPECT_EQ(said(control(Control::Kind::live, Cursor{kSampleEpoch, 7})),
            "id: k3x9a2mq-7\nevent: pushwire.live\ndata: {\"control\":\"live\",\"cursor\":\"k3x9a2mq-7\"}\n\n");
  EXPECT_EQ(said(control(Control::Kind::ping, Cursor{kSampleEpoch, 8})),
            "id: k3x9a2mq-8\nevent: pushwire.ping\ndata: {\"control\":\"ping\",\"cursor\":\"k3x9a2mq-8\"}\n\n");
  EXPECT_EQ(said(control(Control::Kind::ping)), "event: pushwire.ping\ndata: {\"control\":\"ping\"}\n\n");
}

TEST_F(Sse, moves_no_cursor_by_a_gap) {
  Control gap = control(Control::Kind::gap, Cursor{kSampleEpoch, 12});
  gap.types = {"log"};
  gap.from = {kSampleEpoch, 3};
  gap.to = {kSampleEpoch, 12};
  EXPECT_EQ(said(gap),
            "event: pushwire.gap\n"
            R"(data: {"control":"gap","types":["log"],"from":"k3x9a2mq-3","to":"k3x9a2mq-12"})"
            "\n\n");
}

TEST_F(Sse, says_bye_with_the_time_to_stay_away) {
  Control bye = control(Control::Kind::bye);
  bye.after_ms = 1234;
  EventStreamParser parser;
  parser.feed(said(bye));
  EXPECT_EQ(parser.retry_ms(), 1234u);
  ASSERT_EQ(parser.messages().size(), 1u);
  EXPECT_EQ(parser.messages()[0].type, "pushwire.bye");
}

}  // namespace
}  // namespace pushwire
