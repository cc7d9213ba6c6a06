#include "load/options.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pushwire::bench::load {
namespace {

// Throws CLI::ParseError.
Options parse(const std::string& line) {
  CLI::App app;
  Options options;
  add_options(app, options);
  app.parse(line);
  return options;
}

TEST(OptionsTest, transports_have_a_long_and_a_short_name) {
  EXPECT_EQ(parse("--port 1 --proto ws").transport, Transport::websocket);
  EXPECT_EQ(parse("--port 1 --proto websocket").transport, Transport::websocket);
  EXPECT_EQ(parse("--port 1 --proto longpoll").transport, Transport::long_poll);
  EXPECT_EQ(parse("--port 1 --proto long-poll").transport, Transport::long_poll);
  EXPECT_THROW(parse("--port 1 --proto smoke"), CLI::ParseError);
}

TEST(OptionsTest, each_header_is_one_argument) {
  const Options options = parse("--port 1 --header 'A: 1' --header 'B: 2' --path /x --cursor etag");
  EXPECT_EQ(options.headers, (std::vector<std::string>{"A: 1", "B: 2"}));
  EXPECT_EQ(options.path, "/x");
  EXPECT_EQ(options.cursor_kind(), CursorKind::etag);
}

TEST(OptionsTest, polls_follow_the_cursor_unless_throughput_is_measured) {
  EXPECT_EQ(parse("--port 1 --proto poll").cursor_kind(), CursorKind::after);
  EXPECT_EQ(parse("--port 1 --proto poll").pause(), 1);
  EXPECT_EQ(parse("--port 1 --proto poll --throughput 3").cursor_kind(), CursorKind::none);
  EXPECT_EQ(parse("--port 1 --proto poll --throughput 3").pause(), 0);
}

TEST(OptionsTest, what_makes_no_sense_is_refused) {
  for (const char* line :
       {"", "--port 99999", "--port 1 --n 0", "--port 1 --sample 0", "--port 1 --dur -1", "--port 1 --x"}) {
    EXPECT_THROW(parse(line), CLI::ParseError) << line;
  }
}

}  // namespace
}  // namespace pushwire::bench::load
