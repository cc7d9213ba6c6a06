#include "net/http/field_section.hpp"

#include <gtest/gtest.h>

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
