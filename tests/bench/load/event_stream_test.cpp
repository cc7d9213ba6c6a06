#include "load/protocols/event_stream.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cuts.hpp"

namespace pushwire::bench::load {
namespace {

std::vector<std::string> read(const std::vector<std::string_view>& pieces) {
  EventStream stream;
  std::vector<std::string> events;
  for (std::string_view piece : pieces) {
    const std::string copy(piece);
    std::string_view rest = copy;
    while (const auto event = stream.next(rest)) events.emplace_back(*event);
    EXPECT_TRUE(rest.empty());
  }
  EXPECT_FALSE(stream.broken());
  return events;
}

void expect_in_any_cut(const std::string& bytes, const std::vector<std::string>& events) {
  for (const auto& pieces : cuts(bytes)) ASSERT_EQ(read(pieces), events) << "cut behind " << pieces.front().size();
}

TEST(EventStreamTest, the_data_of_events_are_read_however_they_are_cut) {
  expect_in_any_cut("id: 1\nevent: bench\ndata: {\"seq\":1}\n\ndata:no space\n\ndata: two\ndata:  lines\n\n",
                    {"{\"seq\":1}", "no space", "two\n lines"});
}

TEST(EventStreamTest, lines_may_end_with_carriage_return_and_line_feed) {
  expect_in_any_cut("event: bench\r\ndata: one\r\n\r\ndata: two\r\n\r\n", {"one", "two"});
}

TEST(EventStreamTest, what_has_no_data_is_an_event_without_any) {
  expect_in_any_cut(": comment\n\nretry: 2000\n\ndatabase: no data\n\n", {"", "", ""});
}

TEST(EventStreamTest, blank_lines_alone_are_no_event) { expect_in_any_cut("\n\n\ndata: one\n\n\n\n", {"one"}); }

TEST(EventStreamTest, an_event_that_has_not_ended_is_none_yet) {
  expect_in_any_cut("data: one\n\ndata: two\n", {"one"});
}

TEST(EventStreamTest, a_line_without_end_breaks_it) {
  EventStream stream;
  const std::string piece(std::size_t{1} << 20, 'x');
  for (int i = 0; i < 17; ++i) {
    std::string_view rest = piece;
    EXPECT_FALSE(stream.next(rest));
  }
  EXPECT_TRUE(stream.broken());
}

TEST(EventStreamTest, lines_of_data_without_end_break_it) {
  EventStream stream;
  const std::string piece = "data: " + std::string(std::size_t{1} << 20, 'x') + '\n';
  for (int i = 0; i < 17; ++i) {
    std::string_view rest = piece;
    EXPECT_FALSE(stream.next(rest));
  }
  EXPECT_TRUE(stream.broken());
}

}  // namespace
}  // namespace pushwire::bench::load
