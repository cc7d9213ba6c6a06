#include "net/http/field_section.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace pushwire::net {
namespace {

using std::string_literals::operator""s;
using Step = FieldSection::Step;

// The step that the last byte of `bytes` gives; earlier ones must not end the section.
Step last_step(FieldSection& section, std::string_view bytes) {
  Step step = Step::inside;
  for (const char c : bytes) {
    EXPECT_TRUE(step != Step::section_ends && step != Step::refused) << bytes;
    step = section.put(c);
  }
  return step;
}

TEST(FieldSection, tells_where_fields_begin_and_end) {
  FieldSection section;
  EXPECT_EQ(last_step(section, "N"), Step::field_begins);
  EXPECT_EQ(last_step(section, "ame: a \"value\"\t\xff\r"), Step::inside);
  EXPECT_EQ(last_step(section, "\n"), Step::field_ends);
  EXPECT_EQ(last_step(section, "M"), Step::field_begins);
  EXPECT_EQ(last_step(section, ":\r\n"), Step::field_ends);
  EXPECT_EQ(last_step(section, "\r\n"), Step::section_ends);
  section.reset();
  EXPECT_EQ(last_step(section, "\r\n"), Step::section_ends) << "a section may be empty";
}

// What taking `bytes` by `size` at a time says: each begin, the end or the complaint, and where.
std::string taken_by(std::size_t size, std::string_view bytes) {
  FieldSection section;
  std::string told;
  for (std::size_t at = 0; at < bytes.size();) {
    const FieldSection::Taken taken = section.take(bytes.substr(at, size));
    at += taken.size;
    if (taken.step == Step::inside) continue;
    told += std::to_string(at) + ' ';
    if (taken.step == Step::field_begins) continue;
    return told + (taken.step == Step::refused ? std::string(section.complaint()) : "end");
  }
  return told;
}

TEST(FieldSection, takes_bytes_up_to_what_matters) {
  EXPECT_EQ(taken_by(100, "Name: a value\r\nM:\r\n\r\nbehind"), "1 16 21 end");
  EXPECT_EQ(taken_by(100, "Name: a value\r\n M:\r\n"), "1 16 begins with a blank: folded lines are obsolete");
  EXPECT_EQ(taken_by(100, ""), "");
}

TEST(FieldSection, takes_any_byte_anywhere_as_it_takes_it_alone) {
  const std::string section =
      "N-ame: a \"value\" that is long enough to be looked at in pieces\t\xff\r\nM: another\r\n\r\n";
  for (std::size_t at = 0; at < section.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = section;
      changed[at] = static_cast<char>(byte);
      ASSERT_EQ(taken_by(changed.size(), changed), taken_by(1, changed)) << ::testing::PrintToString(changed);
    }
  }
}

TEST(FieldSection, refuses_at_the_first_byte_that_is_wrong_and_says_why) {
  const struct {
    std::string bytes;
    const char* complaint;
  } cases[] = {
      {" ", "folded"},        {"\t", "folded"},       {"N: a\r\n ", "folded"},
      {"\n", "bare LF"},      {"N: a\n", "bare LF"},  {"\rX", "bare CR"},
      {"\r\r", "bare CR"},    {"N: a\rX", "bare CR"}, {"N: a\r\r", "bare CR"},
      {"N ", "blank"},        {"N\t", "blank"},       {":", "field name"},
      {"(", "field name"},    {"\xff", "field name"}, {"N\r", "field name"},
      {"N(", "field name"},   {"N\0"s, "field name"}, {"N: \0"s, "control byte"},
      {"N: \x1b", "control"}, {"N: \x7f", "control"},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(::testing::PrintToString(each.bytes));
    FieldSection section;
    EXPECT_EQ(last_step(section, each.bytes), Step::refused);
    EXPECT_NE(section.complaint().find(each.complaint), std::string_view::npos) << section.complaint();
  }
}

}  // namespace
}  // namespace pushwire::net
