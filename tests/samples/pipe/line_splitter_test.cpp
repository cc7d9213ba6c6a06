#include "line_splitter.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pipe_sample {
namespace {

struct Lines {
  std::vector<std::string> all;
  std::vector<bool> cut;
  LineSplitter splitter;

  explicit Lines(std::size_t most = 10)
      : splitter(most, [this](std::string_view line, bool was_cut) {
          all.emplace_back(line);
          cut.push_back(was_cut);
        }) {}
};
using Texts = std::vector<std::string>;

TEST(LineSplitter, every_way_to_cut_the_input_in_two_gives_the_same_lines) {
  const std::string input = "one\r\n\ntwo\rx\r\r\nlast";
  for (std::size_t at = 0; at <= input.size(); ++at) {
    Lines lines;
    lines.splitter.feed(std::string_view(input).substr(0, at));
    lines.splitter.feed(std::string_view(input).substr(at));
    lines.splitter.finish();
    EXPECT_EQ(lines.all, (Texts{"one", "", "two\rx\r", "last"})) << at;
  }
}

TEST(LineSplitter, input_that_ends_with_a_newline_has_no_empty_last_line) {
  Lines lines;
  lines.splitter.feed("a\n");
  lines.splitter.finish();
  EXPECT_EQ(lines.all, Texts{"a"});
}

TEST(LineSplitter, a_line_of_exactly_the_limit_is_whole_with_either_ending) {
  Lines lines;
  lines.splitter.feed("0123456789\n0123456789\r\n");
  EXPECT_EQ(lines.all, (Texts{"0123456789", "0123456789"}));
  EXPECT_EQ(lines.cut, (std::vector<bool>{false, false}));
}

TEST(LineSplitter, a_longer_line_is_cut_and_the_next_one_is_whole) {
  for (const char* ending : {"\n", "\r\n"}) {
    Lines lines;
    lines.splitter.feed(std::string("0123456789a") + ending + "next" + ending);
    EXPECT_EQ(lines.all, (Texts{"0123456789", "next"}));
    EXPECT_EQ(lines.cut, (std::vector<bool>{true, false}));
  }
}

TEST(LineSplitter, a_line_that_goes_on_after_a_carriage_return_at_the_limit_is_cut) {
  Lines lines;
  lines.splitter.feed("0123456789\rabc\n");
  EXPECT_EQ(lines.all, Texts{"0123456789"});
  EXPECT_TRUE(lines.cut.at(0));
}

TEST(LineSplitter, a_line_that_never_ends_is_cut_however_it_comes) {
  Lines lines;
  for (int i = 0; i < 1000; ++i) lines.splitter.feed("abc");
  lines.splitter.finish();
  EXPECT_EQ(lines.all, Texts{"abcabcabca"});
  EXPECT_TRUE(lines.cut.at(0));
}

TEST(LineSplitter, bytes_that_are_no_text_pass) {
  Lines lines;
  lines.splitter.feed(std::string_view("\xff\0\xfe\n", 4));
  EXPECT_EQ(lines.all, Texts{std::string("\xff\0\xfe", 3)});
}

}  // namespace
}  // namespace pipe_sample
