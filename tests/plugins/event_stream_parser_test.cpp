#include "plugins/event_stream_parser.hpp"

#include <gtest/gtest.h>

namespace pushwire {
namespace {

EventStreamParser parsed(std::string_view stream) {
  EventStreamParser parser;
  parser.feed(stream);
  return parser;
}

StreamMessage message(std::string_view data, std::string_view id = {}, std::string_view type = "message") {
  return {std::string(type), std::string(data), std::string(id)};
}

using Messages = std::vector<StreamMessage>;

// The examples of section 9.2.6.
TEST(EventStreamParser, joins_the_lines_of_the_stock_example) {
  EXPECT_EQ(parsed("data: YHOO\ndata: +2\ndata: 10\n\n").messages(), Messages{message("YHOO\n+2\n10")});
}

TEST(EventStreamParser, reads_the_four_blocks_of_the_id_example) {
  const auto parser = parsed(
      ": test stream\n\n"
      "data: first event\nid: 1\n\n"
      "data:second event\nid\n\n"
      "data:  third event\n\n");
  EXPECT_EQ(parser.messages(),
            (Messages{message("first event", "1"), message("second event"), message(" third event")}));
  EXPECT_EQ(parser.comments(), std::vector<std::string>{" test stream"});
  EXPECT_EQ(parser.last_event_id(), "");
}

TEST(EventStreamParser, tells_empty_data_from_a_line_feed_and_drops_an_unfinished_block) {
  EXPECT_EQ(parsed("data\n\ndata\ndata\n\ndata:").messages(), (Messages{message(""), message("\n")}));
}

TEST(EventStreamParser, drops_one_space_behind_the_colon) {
  EXPECT_EQ(parsed("data:test\n\ndata: test\n\n").messages(), (Messages{message("test"), message("test")}));
}

// The rules of section 9.2.5.
TEST(EventStreamParser, ends_lines_at_cr_lf_and_crlf_however_they_are_cut) {
  const std::string stream = "data: a\r\ndata: b\rdata: c\n\r\ndata: d\r\rdata: e\n\n";
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    EventStreamParser parser;
    parser.feed(std::string_view(stream).substr(0, cut));
    parser.feed(std::string_view(stream).substr(cut));
    EXPECT_EQ(parser.messages(), (Messages{message("a\nb\nc"), message("d"), message("e")})) << cut;
  }
}

TEST(EventStreamParser, skips_a_byte_order_mark_at_the_start_alone) {
  EXPECT_EQ(parsed("\xEF\xBB\xBF"
                   "data: a\n\n\xEF\xBB\xBF"
                   "data: b\n\n")
                .messages(),
            Messages{message("a")});
}

TEST(EventStreamParser, ignores_an_id_with_nul_and_a_retry_that_is_no_number) {
  const auto parser = parsed(std::string_view("id: 7\nid: 8\0\nretry: 10\nretry: 1x\nretry\nretry: -1\ndata\n\n", 55));
  EXPECT_EQ(parser.messages(), Messages{message("", "7")});
  EXPECT_EQ(parser.retry_ms(), 10u);
}

TEST(EventStreamParser, forgets_the_type_with_its_block_but_not_the_id) {
  EXPECT_EQ(parsed("event: a\nid: 1\n\ndata: x\n\nevent: b\ndata: y\nunknown: z\n\n").messages(),
            (Messages{message("x", "1"), message("y", "1", "b")}));
}

}  // namespace
}  // namespace pushwire
