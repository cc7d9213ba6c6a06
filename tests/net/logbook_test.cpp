// What the host gets to read: whole lines, clean and few, whatever clients do.
#include "net/logbook.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "net/fakes.hpp"
#include "protocol/utf8.hpp"

namespace pushwire::net {
namespace {

using std::string_literals::operator""s;

TEST(CleanLine, leaves_text_of_any_language_as_it_is) {
  for (const char* line : {"", "the port 8080 is taken: \"x\" \\ 100 %", "Größe ≤ 5 µm, 温度, שלום, 🙂"}) {
    EXPECT_EQ(clean_line(line, 1000), line);
  }
}

TEST(CleanLine, shows_bytes_that_steer_a_terminal_or_end_a_line) {
  EXPECT_EQ(clean_line("a\r\nerror: b", 1000), "a\\x0d\\x0aerror: b");
  EXPECT_EQ(clean_line("\x1b[2J\x07\x7f\0\t"s, 1000), "\\x1b[2J\\x07\\x7f\\x00\\x09");
  EXPECT_EQ(clean_line("\u0080\u009b31m\u009f\u00a0", 1000), "\\u0080\\u009b31m\\u009f\u00a0");
  EXPECT_EQ(clean_line("a\u2028b\u2029c\u0085", 1000), "a\\u2028b\\u2029c\\u0085");
}

TEST(CleanLine, shows_bytes_that_are_not_utf8) {
  EXPECT_EQ(clean_line("a\xff\xc3(\xed\xa0\x80\xf4\x90", 1000), "a\\xff\\xc3(\\xed\\xa0\\x80\\xf4\\x90");
  EXPECT_EQ(clean_line("\xc0\xaf\xe2\x82", 1000), "\\xc0\\xaf\\xe2\\x82");
  EXPECT_EQ(clean_line("\x9b", 1000), "\\x9b");
}

TEST(CleanLine, shows_what_turns_or_hides_text) {
  EXPECT_EQ(clean_line("a\u202egpj.exe\u202c", 1000), "a\\u202egpj.exe\\u202c");
  EXPECT_EQ(clean_line("\u200e\u200f\u061c\u2066\u2069\u200b\ufeff", 1000),
            "\\u200e\\u200f\\u061c\\u2066\\u2069\\u200b\\ufeff");
  EXPECT_EQ(clean_line("\U000E0041", 1000), "\\U000e0041");
}

TEST(CleanLine, is_cut_between_characters_and_says_so) {
  EXPECT_EQ(clean_line(std::string(1000, 'x'), 1000), std::string(1000, 'x'));
  EXPECT_EQ(clean_line(std::string(1'000'000, 'x'), 10), "xxxxxxxxxx… (999990 more bytes)");
  EXPECT_EQ(clean_line("xxxxxxxxx\u00e9y", 10), "xxxxxxxxx… (3 more bytes)");
  EXPECT_EQ(clean_line("xxxxxxx\x01y", 10), "xxxxxxx… (2 more bytes)") << "no half of an escape";
}

// Every byte after every other: what comes out is UTF-8 without control characters.
TEST(CleanLine, of_any_bytes_is_clean) {
  for (int first = 0; first < 256; ++first) {
    std::string line;
    for (int second = 0; second < 256; ++second) line += {static_cast<char>(first), static_cast<char>(second)};
    const std::string shown = clean_line(line, 100'000);
    EXPECT_TRUE(is_utf8(shown)) << first;
    for (const char c : shown) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) << first;
  }
}

class LogbookTest : public testing::Test {
 protected:
  void pass(std::chrono::milliseconds time) { clock.ms += time.count(); }

  HandClock clock;
  std::vector<std::string> lines;
  Logbook logbook{[this](LogLevel, std::string_view line) { lines.emplace_back(line); }, LogLevel::info, clock};
};

TEST_F(LogbookTest, says_whom_a_line_is_about) {
  logbook.write(LogLevel::warning, "no\nway", "192.0.2.1");
  logbook.write(LogLevel::error, "\x1b");
  logbook.write(LogLevel::debug, "never");
  EXPECT_EQ(lines, (std::vector<std::string>{"192.0.2.1: no\\x0away", "\\x1b"}));
}

TEST_F(LogbookTest, lines_are_short) {
  logbook.write(LogLevel::error, std::string(1'000'000, '\n'), "192.0.2.1");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_LT(lines[0].size(), Logbook::kLineBytes + 40);
  EXPECT_NE(lines[0].find("more bytes)"), std::string::npos);
}

TEST_F(LogbookTest, sums_up_what_is_said_of_one_peer) {
  for (int i = 0; i < 128; ++i) logbook.write(LogLevel::warning, std::to_string(i), "192.0.2.1");
  logbook.write(LogLevel::warning, "another", "192.0.2.2");
  ASSERT_EQ(lines.size(), Logbook::kLines + 1);
  EXPECT_EQ(lines.back(), "192.0.2.2: another");
  ASSERT_TRUE(logbook.next_due());
  EXPECT_EQ(*logbook.next_due(), clock.now().steady + Logbook::kPeriod);
  pass(Logbook::kPeriod - std::chrono::milliseconds(1));
  logbook.sum_up();
  EXPECT_EQ(lines.size(), Logbook::kLines + 1);
  pass(std::chrono::milliseconds(1));
  logbook.sum_up();
  ASSERT_EQ(lines.size(), Logbook::kLines + 2);
  EXPECT_EQ(lines.back(), "192.0.2.1: … and 123 more in 10 s");
  EXPECT_FALSE(logbook.next_due());
  logbook.write(LogLevel::warning, "again", "192.0.2.1");
  EXPECT_EQ(lines.back(), "192.0.2.1: again");
}

TEST_F(LogbookTest, sums_up_what_is_said_again_and_again) {
  for (int i = 0; i < 20; ++i) logbook.write(LogLevel::error, "the disk is full");
  EXPECT_EQ(lines.size(), Logbook::kLines);
  pass(Logbook::kPeriod);
  logbook.write(LogLevel::error, "it is well");
  ASSERT_EQ(lines.size(), Logbook::kLines + 2);
  EXPECT_EQ(lines[Logbook::kLines], "the disk is full: … and 15 more in 10 s") << "also without a clock's help";
}

TEST_F(LogbookTest, of_many_peers_writes_so_many_lines_and_counts_the_rest) {
  for (int i = 0; i < 10'000; ++i) {
    logbook.write(LogLevel::warning, "no way", "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250));
  }
  EXPECT_EQ(lines.size(), Logbook::kAllLines);
  pass(Logbook::kPeriod);
  logbook.sum_up();
  std::uint64_t told = 0;
  for (std::size_t i = Logbook::kAllLines; i < lines.size(); ++i) {
    told += std::stoull(lines[i].substr(lines[i].find("and ") + 4));
  }
  EXPECT_EQ(told, 10'000 - Logbook::kAllLines) << "none is lost";
  EXPECT_LE(lines.size(), Logbook::kAllLines + 20);
  EXPECT_FALSE(logbook.next_due());
}

TEST_F(LogbookTest, no_noise_keeps_an_error_from_being_told) {
  for (int i = 0; i < 10'000; ++i) logbook.write(LogLevel::warning, std::to_string(i));
  logbook.write(LogLevel::error, "the reactor goes on after an error");
  EXPECT_EQ(lines.back(), "the reactor goes on after an error");
}

TEST_F(LogbookTest, goes_on_when_the_callback_throws_or_is_empty) {
  int calls = 0;
  Logbook throwing(
      [&](LogLevel, std::string_view) {
        ++calls;
        throw std::runtime_error("full");
      },
      LogLevel::info, clock);
  throwing.write(LogLevel::error, "one");
  throwing.write(LogLevel::error, "two");
  EXPECT_EQ(calls, 2);
  Logbook silent(nullptr, LogLevel::debug, clock);
  silent.write(LogLevel::error, "one");
  silent.sum_up();
  EXPECT_FALSE(silent.next_due());
}

TEST_F(LogbookTest, may_be_written_to_by_many_threads_and_by_its_own_callback) {
  std::atomic<int> calls{0};
  Logbook* self = nullptr;
  Logbook nested(
      [&](LogLevel level, std::string_view) {
        ++calls;
        if (level == LogLevel::error) self->write(LogLevel::warning, "from inside");
      },
      LogLevel::info, clock);
  self = &nested;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) nested.write(LogLevel::error, std::to_string(t * 1000 + i));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(calls, static_cast<int>(Logbook::kAllLines + Logbook::kLines));
}

}  // namespace
}  // namespace pushwire::net
